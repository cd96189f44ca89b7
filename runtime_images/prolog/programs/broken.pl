main :- writeln("never"
other.
