#!/bin/sh
# gcc and g++ (this file has both names) that link the libraries whose headers a program includes.
flags=
for header in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]\([A-Za-z0-9_./+-]*\)[>"].*/\1/p' \
    ./*.c ./*.cpp ./*.cc ./*.h ./*.hpp 2>/dev/null | sort -u); do
    case $header in
        boost/filesystem*) flags="$flags -lboost_filesystem" ;;
        boost/regex*) flags="$flags -lboost_regex" ;;
        boost/program_options*) flags="$flags -lboost_program_options" ;;
        cjson/*) flags="$flags -lcjson" ;;
        curl/*) flags="$flags -lcurl" ;;
        curses.h | ncurses.h) flags="$flags -lncurses" ;;
        Eigen/*) flags="$flags -I/usr/include/eigen3" ;;
        fmt/*) flags="$flags -lfmt" ;;
        gmp.h) flags="$flags -lgmp" ;;
        gmpxx.h) flags="$flags -lgmpxx -lgmp" ;;
        gsl/*) flags="$flags -lgsl -lgslcblas" ;;
        gtest/*) flags="$flags -lgtest -lgtest_main" ;;
        jansson.h) flags="$flags -ljansson" ;;
        jpeglib.h) flags="$flags -ljpeg" ;;
        json-c/*) flags="$flags -ljson-c" ;;
        libxml/*) flags="$flags -I/usr/include/libxml2 -lxml2" ;;
        mpfr.h) flags="$flags -lmpfr -lgmp" ;;
        openssl/*) flags="$flags -lssl -lcrypto" ;;
        pcre2.h) flags="$flags -lpcre2-8" ;;
        png.h) flags="$flags -lpng" ;;
        pthread.h | threads.h | thread) flags="$flags -pthread" ;;
        qrencode.h) flags="$flags -lqrencode" ;;
        sqlite3.h) flags="$flags -lsqlite3" ;;
        pugixml.hpp) flags="$flags -lpugixml" ;;
        uv.h) flags="$flags -luv" ;;
        yaml.h) flags="$flags -lyaml" ;;
        yaml-cpp/*) flags="$flags -lyaml-cpp" ;;
        zlib.h) flags="$flags -lz" ;;
        zstd.h) flags="$flags -lzstd" ;;
    esac
done
# shellcheck disable=SC2086  # each is a word of its own
exec "/usr/bin/${0##*/}" "$@" $flags
