using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        Console.Write(File.ReadAllText("data.txt"));
        return 0;
    }
}
