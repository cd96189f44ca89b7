// Linked to the program that is run: it prints by the line, so that what it printed before an abort or a timeout is seen.
// stdbuf would leave its variables to the program and to all that it starts.
import core.stdc.stdio : _IOLBF, setvbuf, stdout;

pragma(crt_constructor) extern (C) void printByTheLine()
{
    setvbuf(stdout, null, _IOLBF, 0);
}
