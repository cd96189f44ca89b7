@main def main(): Unit =
  if Square(3).area == 9 then println(s"$text ok")
