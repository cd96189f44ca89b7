import java.io.File

fun main(args: Array<String>) {
    File(System.getenv("ARTIFACTS_DIR"), "result.txt").writeText("made")
    println("ok")
}
