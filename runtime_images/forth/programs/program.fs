: fib ( n -- f ) dup 2 < if exit then dup 1- recurse swap 2 - recurse + ;

: backwards ( addr u -- ) \ prints the text from its end
  dup 0= if 2drop exit then
  over c@ >r 1 /string recurse r> emit ;

\ A map: pairs of a counted text and its count.
16 constant name-size
name-size cell+ constant entry-size
create entries entry-size 8 * allot
variable used
: entry ( i -- addr ) entry-size * entries + ;
: name ( i -- addr u ) entry count ;
: times ( i -- addr ) entry name-size + ;
: find-entry ( addr u -- i ) used @ 0 ?do 2dup i name compare 0= if 2drop i unloop exit then loop 2drop -1 ;
: count-word ( addr u -- )
  2dup find-entry dup 0< if
    drop used @ entry place 1 used @ times ! 1 used +!
  else
    1 swap times +! 2drop
  then ;

: before? ( i j -- flag )
  2dup times @ swap times @ 2dup = if 2drop name rot name 2swap compare 0< else < nip nip then ;
create held entry-size allot
: swap-entries ( i j -- )
  over entry held entry-size move
  dup entry 2 pick entry entry-size move
  held swap entry entry-size move drop ;
: sort-entries used @ 0 ?do used @ i 1+ ?do i j before? if i j swap-entries then loop loop ;

create numbers 5 , 3 , 8 , 1 , 2 ,
: number ( i -- addr ) cells numbers + ;
: exchange ( addr addr -- ) over @ over @ swap rot ! swap ! ;
: sort-numbers 5 0 do 5 i 1+ ?do i number @ j number @ < if i number j number exchange then loop loop ;

: main
  ." fib " 10 fib 0 .r cr
  ." reversed " s" hello" backwards cr
  s" the" count-word s" quick" count-word s" the" count-word s" fox" count-word
  sort-entries
  ." words" used @ 0 ?do space i name type ." =" i times @ 0 .r loop cr
  sort-numbers
  ." sorted" 5 0 do space i number @ 0 .r loop cr ;

main
