import greeting
from shapes import Square

assert Square(3).area() == 9
print(greeting.TEXT, "ok")
