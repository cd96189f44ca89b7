#!/usr/bin/env escript
main(Arguments) ->
    [io:format("arg ~ts~n", [Argument]) || Argument <- Arguments].
