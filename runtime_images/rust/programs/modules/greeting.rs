pub const TEXT: &str = "modules";
