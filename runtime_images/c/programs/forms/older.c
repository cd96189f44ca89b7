#include <stdio.h>

main()
{
    puts(strlen("no") == 2 ? "ok" : "no");
    return 0;
}
