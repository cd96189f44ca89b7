import std.algorithm, std.array, std.csv, std.datetime, std.digest.sha, std.json, std.regex, std.stdio, std.zlib;
import std.net.curl : HTTP;
import std.typecons : Tuple;
import etc.c.sqlite3;
import mustache;

pragma(lib, "sqlite3");

void main()
{
    assert(parseJSON(`{"a": [1, 2]}`)["a"][1].integer == 2);
    assert(csvReader!(Tuple!(int, string))("1,one\n2,two").map!(row => row[1]).array == ["one", "two"]);
    assert(matchFirst("2024-02-28", regex(`(\d+)-(\d+)`))[2] == "02");
    assert((Date(2024, 2, 28) + 2.days).day == 1);
    assert(toHexString!(LetterCase.lower)(sha256Of("a"))[].startsWith("ca978112"));
    assert(cast(string) uncompress(compress("text")) == "text");
    auto http = HTTP("http://localhost:1");
    assert(http.handle.stopped == false);

    sqlite3* database;
    assert(sqlite3_open(":memory:", &database) == SQLITE_OK);
    scope (exit) sqlite3_close(database);
    sqlite3_stmt* statement;
    assert(sqlite3_prepare_v2(database, "select 6 * 7", -1, &statement, null) == SQLITE_OK);
    assert(sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int(statement, 0) == 42);
    sqlite3_finalize(statement);

    alias Template = MustacheEngine!string;
    Template engine;
    auto context = new Template.Context;
    context["name"] = "world";
    assert(engine.renderString("Hello, {{name}}", context) == "Hello, world");
    writeln("ok");
}
