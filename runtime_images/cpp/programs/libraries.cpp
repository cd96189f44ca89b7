#include <Eigen/Dense>
#include <boost/algorithm/string.hpp>
#include <boost/filesystem.hpp>
#include <boost/multiprecision/cpp_int.hpp>
#include <boost/program_options.hpp>
#include <boost/regex.hpp>
#include <curl/curl.h>
#include <fmt/format.h>
#include <gmpxx.h>
#include <gtest/gtest.h>
#include <iostream>
#include <libxml/parser.h>
#include <nlohmann/json.hpp>
#include <openssl/sha.h>
#include <png.h>
#include <pugixml.hpp>
#include <qrencode.h>
#include <rapidjson/document.h>
#include <sqlite3.h>
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
    std::cout << "ok" << std::endl;
}
