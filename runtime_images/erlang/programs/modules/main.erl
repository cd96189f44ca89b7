-module(main).
-export([main/0]).
-include("shapes.hrl").

main() ->
    {ok, greeting} = compile:file("greeting"),
    9 = ?AREA(3),
    io:format("~s ok~n", [greeting:text()]).
