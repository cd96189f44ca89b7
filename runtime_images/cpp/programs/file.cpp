#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

int main(int argc, char **argv) {
    std::cout << std::ifstream("data.txt").rdbuf();
}
