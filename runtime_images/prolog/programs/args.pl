:- initialization(main, main).

main(Arguments) :- forall(member(Argument, Arguments), format("arg ~w~n", [Argument])).
