-module(greeting).
-export([hello/0]).

hello() -> io:format("ok~n").
