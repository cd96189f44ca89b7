using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        Environment.Exit(3);
        return 0;
    }
}
