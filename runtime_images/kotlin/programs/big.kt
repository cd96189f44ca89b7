import java.io.File

fun main(args: Array<String>) {
    repeat(16_384) { println("x".repeat(63)) }
}
