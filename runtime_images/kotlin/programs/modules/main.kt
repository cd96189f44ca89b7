fun main() {
    if (Square(3).area() == 9) println("$TEXT ok")
}
