extern (C) int puts(const char* text);

extern (C) int main()
{
    puts("hello from wasm");
    return 0;
}
