import java.nio.file.*

@main def main(args: String*): Unit =
  scala.io.Source.stdin.getLines().foreach(line => println(s"got $line"))
