: arguments begin next-arg dup while ." arg " type cr repeat 2drop ;

arguments
