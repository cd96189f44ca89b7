-module(main).
-export([main/0]).

main() ->
    io:format("looping~n"),
    loop().

loop() -> loop().
