#include <CLI/CLI.hpp>
#include <Eigen/Dense>
#include <boost/algorithm/string.hpp>
#include <boost/filesystem.hpp>
#include <boost/multiprecision/cpp_int.hpp>
#include <boost/program_options.hpp>
#include <boost/regex.hpp>
#include <catch2/catch_approx.hpp>
#include <curl/curl.h>
#include <cxxopts.hpp>
#include <fmt/format.h>
#include <glm/glm.hpp>
#include <gmpxx.h>
#include <gtest/gtest.h>
#include <iostream>
#include <json/json.h>
#include <libxml/parser.h>
#include <nlohmann/json.hpp>
#include <omp.h>
#include <openssl/sha.h>
#include <png.h>
#include <pugixml.hpp>
#include <qrencode.h>
#include <range/v3/all.hpp>
#include <rapidjson/document.h>
#include <spdlog/spdlog.h>
#include <sqlite3.h>
#include <tinyxml2.h>
#include <yaml-cpp/yaml.h>
#include <zlib.h>
#include <zstd.h>

void check(bool holds, const char *what) {
    if (!holds) {
        throw std::runtime_error(what);
    }
}

int main() {
    check(nlohmann::json::parse(R"({"a": [1, 2]})")["a"][1] == 2, "json");
    rapidjson::Document document;
    check(!document.Parse("[1]").HasParseError(), "rapidjson");
    check(YAML::Load("a: 1")["a"].as<int>() == 1, "yaml");
    check(fmt::format("{:>3}", 7) == "  7", "fmt");
    check(Eigen::Matrix2d::Identity().determinant() == 1, "eigen");
    check(boost::multiprecision::cpp_int(pow(boost::multiprecision::cpp_int(2), 64)).str() == "18446744073709551616", "boost");
    check(boost::to_upper_copy(std::string("a")) == "A" && boost::filesystem::exists("/"), "boost");
    check(boost::regex_match("12", boost::regex("[0-9]+")), "boost regex");
    check(mpz_class("2") * 2 == 4, "gmp");
    pugi::xml_document xml;
    check(xml.load_string("<a><b>x</b></a>"), "pugixml");
    check(SHA256(reinterpret_cast<const unsigned char *>("a"), 1, nullptr)[0] == 202, "openssl");
    check(QRcode_encodeString("hello", 0, QR_ECLEVEL_L, QR_MODE_8, 1)->width == 21, "qrencode");
    check(sqlite3_libversion_number() > 0 && curl_version() && png_access_version_number() && ZSTD_versionNumber(), "c");
    check(xmlReadMemory("<a/>", 4, "", nullptr, 0) && zlibVersion(), "libxml2, zlib");
    check(CLI::App{"x"}.get_description() == "x" && cxxopts::Options("x").program() == "x", "cli11, cxxopts");
    check(Catch::Approx(1.0) == 1.0 && glm::dot(glm::vec2(1, 2), glm::vec2(3, 4)) == 11, "catch2, glm");
    Json::Value value;
    check(Json::Reader().parse("[3]", value) && value[0].asInt() == 3, "jsoncpp");
    check(ranges::accumulate(ranges::views::ints(1, 11), 0) == 55, "range-v3");
    spdlog::set_level(spdlog::level::warn);
    spdlog::info("not shown");
    check(tinyxml2::XMLDocument().Parse("<a/>") == tinyxml2::XML_SUCCESS && omp_get_max_threads() > 0, "tinyxml2, openmp");
    std::cout << "ok" << std::endl;
}
