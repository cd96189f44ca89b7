module Greeting where

text :: String
text = "modules"
