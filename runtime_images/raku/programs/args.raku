say "arg $_" for @*ARGS;
