val text = "modules"
