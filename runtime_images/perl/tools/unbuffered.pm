package unbuffered;    # what was printed before a timeout is seen
$| = 1;
