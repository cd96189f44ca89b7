say "got $_" for $*IN.lines;
