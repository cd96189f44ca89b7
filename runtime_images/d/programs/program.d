import std.algorithm, std.array, std.conv, std.stdio, std.typecons;

int fib(int n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

string backwards(string text)
{
    return text.length == 0 ? "" : backwards(text[1 .. $]) ~ text[0];
}

void main()
{
    int[string] counts;
    foreach (word; "the quick the fox".split)
        counts[word]++;
    auto ordered = counts.byPair.array.sort!((a, b) => tuple(-a.value, a.key) < tuple(-b.value, b.key));

    writeln("fib ", fib(10));
    writeln("reversed ", backwards("hello"));
    writeln("words ", ordered.map!(pair => pair.key ~ "=" ~ pair.value.to!string).join(" "));
    writeln("sorted ", [5, 3, 8, 1, 2].sort.map!(to!string).join(" "));
}
