import java.nio.file.*

@main def main(args: String*): Unit =
  println("looping")
  while true do ()
