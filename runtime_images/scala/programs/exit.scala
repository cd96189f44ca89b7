import java.nio.file.*

@main def main(args: String*): Unit =
  sys.exit(3)
