: line 63 0 do [char] x emit loop cr ;
: lines 16384 0 do line loop ;

lines
