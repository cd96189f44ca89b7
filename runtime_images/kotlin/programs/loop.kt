import java.io.File

fun main(args: Array<String>) {
    println("looping")
    while (true) {
    }
}
