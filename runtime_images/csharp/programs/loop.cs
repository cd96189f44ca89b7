using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        Console.WriteLine("looping");
        while (true)
        {
        }
        return 0;
    }
}
