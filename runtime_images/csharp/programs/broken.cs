using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        int x = "text";
        return 0;
    }
}
