using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        Console.WriteLine("Grüße, 世界 🌍");
        return 0;
    }
}
