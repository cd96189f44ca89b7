data class Square(val side: Int) {
    fun area() = side * side
}
