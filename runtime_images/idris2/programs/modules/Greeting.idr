module Greeting

export
text : String
text = "modules"
