object Main {
  def main(args: Array[String]): Unit = {
    println(System.getenv("GREETING"))
  }
}
