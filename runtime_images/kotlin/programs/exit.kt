import java.io.File

fun main(args: Array<String>) {
    kotlin.system.exitProcess(3)
}
