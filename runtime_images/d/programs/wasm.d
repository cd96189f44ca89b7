extern (C) int puts(const char* text);

extern (C) int main(int count, char** arguments)
{
    puts("hello from wasm");
    return 0;
}
