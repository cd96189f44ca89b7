using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        while (true)
        {
        }
        return 0;
    }
}
