using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        for (int i = 0; i < 16384; i++)
        {
            Console.WriteLine(new string((char)120, 63));
        }
        return 0;
    }
}
