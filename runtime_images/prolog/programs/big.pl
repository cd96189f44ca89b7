main :-
    length(Codes, 63), maplist(=(0'x), Codes), atom_codes(Line, Codes),
    forall(between(1, 16384, _), writeln(Line)).
