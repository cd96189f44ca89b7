create line 1024 allot

: lines
  begin line 1022 stdin read-line throw while
    ." got " line swap type cr
  repeat drop ;

lines
