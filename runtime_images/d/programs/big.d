import std.array, std.stdio;

void main()
{
    foreach (i; 0 .. 16_384)
        writeln("x".replicate(63));
}
