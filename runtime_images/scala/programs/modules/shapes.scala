case class Square(side: Int):
  def area: Int = side * side
