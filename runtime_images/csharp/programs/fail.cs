using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        throw new InvalidOperationException("it broke");
        return 0;
    }
}
