main :- X is foo + 1, writeln(X).
