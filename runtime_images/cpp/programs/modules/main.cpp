#include <iostream>

#include "greeting.hpp"
#include "shapes.hpp"

int main() {
    if (Square{3}.area() == 9) {
        std::cout << text() << " ok" << std::endl;
    }
}
