main :-
    read_line_to_string(user_input, Line),
    (   Line == end_of_file
    ->  true
    ;   format('got ~w~n', [Line]),
        main
    ).
