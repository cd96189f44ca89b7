using System;

class Program
{
    static void Main()
    {
        if (new Square(3).Area == 9)
        {
            Console.WriteLine(Greeting.Text + " ok");
        }
    }
}
