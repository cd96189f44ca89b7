print "looping\n";
while (1) { }
