import sys

import data_module  # an input file
import colorsys  # a library's name, taken by an input file

print(data_module.VALUE, data_module.__file__, data_module.__name__, colorsys.__file__)
print([name for name in sys.modules if "customize" in name], sys.path[0])
import importlib.util
print(importlib.util.find_spec("sitecustomize").origin, importlib.util.find_spec("usercustomize"))
