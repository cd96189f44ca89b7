import greeting, shapes, std.stdio;

void main()
{
    if (area(3) == 9)
        writeln(text, " ok");
}
