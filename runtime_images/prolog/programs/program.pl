:- initialization(main).

fib(N, N) :- N < 2, !.
fib(N, F) :- A is N - 1, B is N - 2, fib(A, FA), fib(B, FB), F is FA + FB.

backwards([], []).
backwards([Head | Tail], Reversed) :- backwards(Tail, Rest), append(Rest, [Head], Reversed).

count([], Counts, Counts).
count([Word | Words], Before, After) :-
    ( get_assoc(Word, Before, N) -> true ; N = 0 ),
    M is N + 1,
    put_assoc(Word, Before, M, Between),
    count(Words, Between, After).

order(Order, A-N, B-M) :- compare(Order, M-A, N-B).

text(Word-N, Text) :- format(atom(Text), '~w=~w', [Word, N]).

main :-
    fib(10, F), format('fib ~w~n', [F]),
    atom_chars(hello, Characters), backwards(Characters, Reversed), format('reversed ~s~n', [Reversed]),
    atomic_list_concat(Words, ' ', 'the quick the fox'),
    empty_assoc(Empty), count(Words, Empty, Counts), assoc_to_list(Counts, Pairs),
    predsort(order, Pairs, Ordered), maplist(text, Ordered, Texts),
    atomic_list_concat([words | Texts], ' ', Line), writeln(Line),
    msort([5, 3, 8, 1, 2], Sorted), atomic_list_concat([sorted | Sorted], ' ', Numbers), writeln(Numbers).
