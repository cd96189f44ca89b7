#pragma once
#include <string>

std::string text();
