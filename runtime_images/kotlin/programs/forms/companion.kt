class App {
    companion object {
        @JvmStatic
        fun main(args: Array<String>) = println("ok")
    }
}
