exports.text = "modules";
