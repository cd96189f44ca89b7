import java.io.File

fun main(args: Array<String>) {
    error("it broke")
}
