const text* = "modules"
