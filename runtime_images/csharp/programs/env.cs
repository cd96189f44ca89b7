using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        Console.WriteLine(Environment.GetEnvironmentVariable("GREETING"));
        return 0;
    }
}
