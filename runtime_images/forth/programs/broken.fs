: unfinished 1 no-such-word ;
