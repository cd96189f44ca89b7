#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

int main(int argc, char **argv) {
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << "got " << line << "\n";
    }
}
