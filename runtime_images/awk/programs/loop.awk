BEGIN { print "looping"; while (1) { } }
