@main
def run(): Unit =
  println("ok")
