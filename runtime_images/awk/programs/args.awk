BEGIN { for (i = 1; i < ARGC; i++) print "arg", ARGV[i] }
