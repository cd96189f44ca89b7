record Pair(int left, int right) {}

int sum(Pair pair) {
    return pair.left() + pair.right();
}

void main() {
    IO.println(sum(new Pair(1, 2)) == 3 ? "ok" : "no");
}
