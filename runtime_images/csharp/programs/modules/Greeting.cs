static class Greeting
{
    public const string Text = "modules";
}
