using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        foreach (var argument in args)
        {
            Console.WriteLine("arg " + argument);
        }
        return 0;
    }
}
