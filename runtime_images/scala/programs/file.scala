import java.nio.file.*

@main def main(args: String*): Unit =
  print(Files.readString(Path.of("data.txt")))
