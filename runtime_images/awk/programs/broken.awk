BEGIN { print (1 }
