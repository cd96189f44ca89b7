local nothing
print(nothing.field)
