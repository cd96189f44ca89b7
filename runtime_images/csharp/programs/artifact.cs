using System;
using System.IO;

class Program
{
    static int Main(string[] args)
    {
        File.WriteAllText(Path.Combine(Environment.GetEnvironmentVariable("ARTIFACTS_DIR"), "result.txt"), "made");
        Console.WriteLine("ok");
        return 0;
    }
}
