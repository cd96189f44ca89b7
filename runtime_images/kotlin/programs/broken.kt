import java.io.File

fun main(args: Array<String>) {
    val x: Int = "text"
}
