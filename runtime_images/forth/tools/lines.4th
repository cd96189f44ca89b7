\ Output goes out by the line, so that what was printed before an abort or a timeout is seen.
: flush-out ( -- ) outfile-id flush-file drop ;
:noname ( addr u -- ) 2dup outfile-id write-file drop 10 scan nip if flush-out then ; is type
:noname ( c -- ) dup outfile-id emit-file drop 10 = if flush-out then ; is emit
