print "arg $_\n" for @ARGV;
