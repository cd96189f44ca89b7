using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        string line;
        while ((line = Console.ReadLine()) != null)
        {
            Console.WriteLine("got " + line);
        }
        return 0;
    }
}
