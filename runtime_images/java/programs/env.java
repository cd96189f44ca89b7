void main() {
    IO.println(System.getenv("GREETING"));
}
