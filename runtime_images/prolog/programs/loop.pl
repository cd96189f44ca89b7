main :- writeln(looping), loop.

loop :- loop.
