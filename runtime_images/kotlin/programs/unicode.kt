import java.io.File

fun main(args: Array<String>) {
    println("Grüße, 世界 🌍")
}
