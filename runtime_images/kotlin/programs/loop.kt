import java.io.File

fun main(args: Array<String>) {
    while (true) {
    }
}
