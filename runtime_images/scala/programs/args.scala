import java.nio.file.*

@main def main(args: String*): Unit =
  args.foreach(argument => println(s"arg $argument"))
