local greeting = require("greeting")
local shapes = require("shapes")
assert(shapes.area(3) == 9)
print(greeting.text .. " ok")
