#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

int main(int argc, char **argv) {
    std::cout << "looping\n";
    for (volatile int i = 0;; i = i + 1) {
    }
}
