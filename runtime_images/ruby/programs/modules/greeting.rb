TEXT = "modules"
