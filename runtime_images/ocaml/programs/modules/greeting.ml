let text = "modules"
