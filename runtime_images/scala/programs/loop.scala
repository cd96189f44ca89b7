import java.nio.file.*

@main def main(args: String*): Unit =
  while true do ()
