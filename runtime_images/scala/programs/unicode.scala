import java.nio.file.*

@main def main(args: String*): Unit =
  println("Grüße, 世界 🌍")
