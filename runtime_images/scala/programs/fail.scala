import java.nio.file.*

@main def main(args: String*): Unit =
  throw new IllegalStateException("it broke")
