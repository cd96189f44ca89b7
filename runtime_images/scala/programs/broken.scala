import java.nio.file.*

@main def main(args: String*): Unit =
  val x: Int = "text"
