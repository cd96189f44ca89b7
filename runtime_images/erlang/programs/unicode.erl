-module(main).
-export([main/0]).

main() -> io:format("~ts~n", ["Grüße, 世界 🌍"]).
