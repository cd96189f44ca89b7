BEGIN { print 1 / zero }
