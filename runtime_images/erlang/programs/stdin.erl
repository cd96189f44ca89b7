-module(main).
-export([start/0]).

start() ->
    case io:get_line("") of
        eof -> ok;
        Line -> io:format("got ~ts~n", [string:trim(Line, trailing, "\n")]), start()
    end.
