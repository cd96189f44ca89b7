object Program {
  def main(args: Array[String]) {
    println("ok")
  }
}
