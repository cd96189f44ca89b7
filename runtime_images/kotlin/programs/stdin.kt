import java.io.File

fun main(args: Array<String>) {
    generateSequence(::readLine).forEach { println("got $it") }
}
