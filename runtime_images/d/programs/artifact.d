import std.file, std.path, std.process, std.stdio;

void main()
{
    std.file.write(environment["ARTIFACTS_DIR"].buildPath("result.txt"), "made");
    writeln("ok");
}
