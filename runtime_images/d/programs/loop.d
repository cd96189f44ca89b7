import std.stdio;

void main()
{
    writeln("looping");
    while (true)
    {
    }
}
