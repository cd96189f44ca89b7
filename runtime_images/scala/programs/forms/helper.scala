package demo

class Helper(val text: String)

object Helper {
  def apply(): Helper = new Helper("ok")
}

object Program {
  def main(args: Array[String]): Unit = println(Helper().text)
}
