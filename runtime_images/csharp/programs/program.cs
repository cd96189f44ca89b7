using System;
using System.Collections.Generic;
using System.Linq;

class Program
{
    static int Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2);

    static string Backwards(string text) => text == "" ? "" : Backwards(text.Substring(1)) + text[0];

    static void Main()
    {
        var counts = new Dictionary<string, int>();
        foreach (var word in "the quick the fox".Split(' '))
        {
            counts[word] = counts.TryGetValue(word, out var n) ? n + 1 : 1;
        }
        var ordered = counts.OrderByDescending(each => each.Value).ThenBy(each => each.Key);

        Console.WriteLine($"fib {Fib(10)}");
        Console.WriteLine($"reversed {Backwards("hello")}");
        Console.WriteLine("words " + string.Join(" ", ordered.Select(each => $"{each.Key}={each.Value}")));
        Console.WriteLine("sorted " + string.Join(" ", new[] { 5, 3, 8, 1, 2 }.OrderBy(n => n)));
    }
}
