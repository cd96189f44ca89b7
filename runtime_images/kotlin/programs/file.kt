import java.io.File

fun main(args: Array<String>) {
    print(File("data.txt").readText())
}
