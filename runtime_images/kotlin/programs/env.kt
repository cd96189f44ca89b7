package org.example

fun main() {
    println(System.getenv("GREETING"))
}
