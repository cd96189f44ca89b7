#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        std::cout << "arg " << argv[i] << "\n";
    }
}
