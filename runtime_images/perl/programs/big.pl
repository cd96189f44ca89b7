print "x" x 63, "\n" for 1 .. 16_384;
