raise newException(ValueError, "it broke")
