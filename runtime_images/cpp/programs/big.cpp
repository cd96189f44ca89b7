#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

int main(int argc, char **argv) {
    for (int i = 0; i < 16384; i++) {
        std::cout << std::string(63, 120) << "\n";
    }
}
