void main()
{
    throw new Exception("it broke");
}
