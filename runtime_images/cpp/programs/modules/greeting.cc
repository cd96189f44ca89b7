#include "greeting.hpp"

std::string text() {
    return "modules";
}
