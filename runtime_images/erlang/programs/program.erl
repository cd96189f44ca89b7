-module(program).
-export([main/0]).

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

backwards([]) -> [];
backwards([Head | Tail]) -> backwards(Tail) ++ [Head].

count(Words) ->
    lists:foldl(fun(Word, Counts) -> maps:update_with(Word, fun(N) -> N + 1 end, 1, Counts) end, #{}, Words).

before({A, N}, {B, M}) -> {-N, A} =< {-M, B}.

main() ->
    Counts = count(string:lexemes("the quick the fox", " ")),
    Ordered = lists:sort(fun before/2, maps:to_list(Counts)),
    io:format("fib ~p~n", [fib(10)]),
    io:format("reversed ~s~n", [backwards("hello")]),
    io:format("words ~s~n", [lists:join(" ", [io_lib:format("~s=~p", [Word, N]) || {Word, N} <- Ordered])]),
    io:format("sorted ~s~n", [lists:join(" ", [integer_to_list(N) || N <- lists:sort([5, 3, 8, 1, 2])])]).
