#include <expected>
#include <print>

std::expected<int, int> half(int n) {
    if (n % 2) return std::unexpected(n);
    return n / 2;
}

int main() {
    int size = half(4).value();
    char text[size + 1];
    text[0] = 'o', text[1] = 'k', text[2] = 0;
    std::println("{}", &text[0]);
}
