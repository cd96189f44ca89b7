#!/bin/sh
# gcc and g++ (this file has both names) that link the libraries whose headers a program includes.
flags=
for header in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]\([A-Za-z0-9_./+-]*\)[>"].*/\1/p' \
    ./*.c ./*.cpp ./*.cc ./*.cxx ./*.h ./*.hpp 2>/dev/null | sort -u); do
    case $header in
        archive.h) flags="$flags -larchive" ;;
        boost/filesystem*) flags="$flags -lboost_filesystem" ;;
        boost/regex*) flags="$flags -lboost_regex" ;;
        boost/program_options*) flags="$flags -lboost_program_options" ;;
        bzlib.h) flags="$flags -lbz2" ;;
        catch2/*) flags="$flags -lCatch2Main -lCatch2" ;;
        cjson/*) flags="$flags -lcjson" ;;
        curl/*) flags="$flags -lcurl" ;;
        curses.h | ncurses.h) flags="$flags -lncurses" ;;
        Eigen/*) flags="$flags -I/usr/include/eigen3" ;;
        expat.h) flags="$flags -lexpat" ;;
        fmt/*) flags="$flags -lfmt" ;;
        glib.h) flags="$flags $(pkg-config --cflags --libs glib-2.0)" ;;
        gmp.h) flags="$flags -lgmp" ;;
        gmpxx.h) flags="$flags -lgmpxx -lgmp" ;;
        gsl/*) flags="$flags -lgsl -lgslcblas" ;;
        gtest/*) flags="$flags -lgtest -lgtest_main" ;;
        jpeglib.h) flags="$flags -ljpeg" ;;
        json/json.h) flags="$flags -I/usr/include/jsoncpp -ljsoncpp" ;;
        json-c/*) flags="$flags -ljson-c" ;;
        libxml/*) flags="$flags -I/usr/include/libxml2 -lxml2" ;;
        lz4.h | lz4hc.h | lz4frame.h) flags="$flags -llz4" ;;
        lzma.h) flags="$flags -llzma" ;;
        mpfr.h) flags="$flags -lmpfr -lgmp" ;;
        omp.h) flags="$flags -fopenmp" ;;
        openssl/*) flags="$flags -lssl -lcrypto" ;;
        pcre2.h) flags="$flags -lpcre2-8" ;;
        png.h) flags="$flags -lpng" ;;
        qrencode.h) flags="$flags -lqrencode" ;;
        readline/*) flags="$flags -lreadline" ;;
        sodium.h) flags="$flags -lsodium" ;;
        spdlog/*) flags="$flags -lspdlog -lfmt" ;;
        sqlite3.h) flags="$flags -lsqlite3" ;;
        pugixml.hpp) flags="$flags -lpugixml" ;;
        tinyxml2.h) flags="$flags -ltinyxml2" ;;
        uuid/uuid.h) flags="$flags -luuid" ;;
        uv.h) flags="$flags -luv" ;;
        yaml.h) flags="$flags -lyaml" ;;
        yaml-cpp/*) flags="$flags -lyaml-cpp" ;;
        zlib.h) flags="$flags -lz" ;;
        zstd.h) flags="$flags -lzstd" ;;
    esac
done
if grep -q '^[[:space:]]*#[[:space:]]*pragma omp' ./*.c ./*.cpp ./*.cc ./*.cxx 2>/dev/null; then flags="$flags -fopenmp"; fi
# Archives don't say what they need themselves.
case " $* " in
    *" -static "*)
        for name in tinfo lzma zstd z m; do
            [ -z "$(ls /usr/lib/*-linux-gnu/lib$name.a 2>/dev/null)" ] || flags="$flags -l$name"
        done
        ;;
esac
# shellcheck disable=SC2086  # each is a word of its own
exec "/usr/bin/${0##*/}" "$@" $flags
