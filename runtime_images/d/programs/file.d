import std.file, std.stdio;

void main()
{
    write(readText("data.txt"));
}
