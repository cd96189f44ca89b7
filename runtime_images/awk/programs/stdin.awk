{ print "got", $0 }
