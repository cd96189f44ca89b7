#include <archive.h>
#include <bzlib.h>
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <expat.h>
#include <glib.h>
#include <gmp.h>
#include <gsl/gsl_statistics.h>
#include <json-c/json.h>
#include <libxml/parser.h>
#include <lz4.h>
#include <lzma.h>
#include <mpfr.h>
#include <ncurses.h>
#include <omp.h>
#include <openssl/sha.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <png.h>
#include <qrencode.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <readline/history.h>
#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <uuid/uuid.h>
#include <uv.h>
#include <yaml.h>
#include <zlib.h>
#include <zstd.h>

static void check(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        exit(1);
    }
}

int main(void) {
    cJSON *object = cJSON_Parse("{\"a\": 2}");
    check(cJSON_GetObjectItem(object, "a")->valueint == 2, "cjson");
    check(json_object_get_int(json_tokener_parse("2")) == 2, "json-c");
    check(curl_version() != NULL, "curl");
    mpz_t number;
    mpz_init(number);
    mpz_ui_pow_ui(number, 2, 64);
    check(strcmp(mpz_get_str(NULL, 10, number), "18446744073709551616") == 0, "gmp");
    double values[] = {1, 2, 3};
    check(gsl_stats_mean(values, 1, 3) == 2, "gsl");
    xmlDocPtr document = xmlReadMemory("<a/>", 4, "", NULL, 0);
    check(strcmp((const char *)xmlDocGetRootElement(document)->name, "a") == 0, "libxml2");
    check(mpfr_get_version() != NULL && curses_version() != NULL, "mpfr, ncurses");
    unsigned char digest[SHA256_DIGEST_LENGTH];
    check(SHA256((const unsigned char *)"a", 1, digest)[0] == 202, "openssl");
    int error;
    PCRE2_SIZE offset;
    check(pcre2_compile((PCRE2_SPTR) "[0-9]+", PCRE2_ZERO_TERMINATED, 0, &error, &offset, NULL) != NULL, "pcre2");
    check(png_access_version_number() > 0 && jpeg_std_error(malloc(sizeof(struct jpeg_error_mgr))) != NULL, "png, jpeg");
    check(QRcode_encodeString("hello", 0, QR_ECLEVEL_L, QR_MODE_8, 1)->width == 21, "qrencode");
    sqlite3 *database;
    check(sqlite3_open(":memory:", &database) == SQLITE_OK, "sqlite3");
    check(uv_version() > 0, "libuv");
    yaml_parser_t parser;
    check(yaml_parser_initialize(&parser), "libyaml");
    check(crc32(0, (const unsigned char *)"a", 1) == 0xe8b7be43, "zlib");
    check(ZSTD_versionNumber() > 0, "zstd");
    check(archive_version_number() > 0 && BZ2_bzlibVersion() != NULL && XML_ExpatVersion() != NULL, "archive, bzip2, expat");
    GString *string = g_string_new("a");
    check(strcmp(g_string_append(string, "b")->str, "ab") == 0, "glib");
    check(LZ4_versionNumber() > 0 && lzma_version_number() > 0 && history_length == 0, "lz4, lzma, readline");
    check(sodium_init() >= 0, "sodium");
    uuid_t id;
    uuid_generate(id);
    check(!uuid_is_null(id), "uuid");
    int sum = 0;
#pragma omp parallel for reduction(+ : sum)
    for (int i = 1; i <= 10; i++) {
        sum += i;
    }
    check(sum == 55 && omp_get_max_threads() > 0, "openmp");
    puts("ok");
    return 0;
}
