data class Word(val text: String, val place: Int)

fun main() {
    val words = listOf(Word("wasm", 3), Word("hello", 1), Word("from", 2))
    println(words.sortedBy { it.place }.joinToString(" ") { it.text })
}
