package demo

class Helper

object App {
    @JvmStatic
    fun main(args: Array<String>) {
        println("ok")
    }
}
