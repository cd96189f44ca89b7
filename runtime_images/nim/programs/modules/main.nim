import greeting, shapes

if area(3) == 9:
  echo text, " ok"
