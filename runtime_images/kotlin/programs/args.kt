import java.io.File

fun main(args: Array<String>) {
    args.forEach { println("arg $it") }
}
