pub const text = "modules";
