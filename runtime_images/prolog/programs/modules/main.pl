:- use_module(greeting).
:- [shapes].

main :- area(3, 9), text(Text), format("~w ok~n", [Text]).
