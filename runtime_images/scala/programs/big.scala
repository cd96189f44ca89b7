import java.nio.file.*

@main def main(args: String*): Unit =
  for (_ <- 1 to 16384) println("x" * 63)
