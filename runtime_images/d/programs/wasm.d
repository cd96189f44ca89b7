import core.stdc.stdio;

extern (C) int main()
{
    printf("hello from wasm\n");
    return 0;
}
