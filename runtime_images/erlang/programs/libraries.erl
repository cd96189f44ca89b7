-module(libraries).
-export([main/0]).

main() ->
    [{module, Module} = code:ensure_loaded(Module) || Module <- [httpc, jose, mnesia, ssl, public_key]],
    <<202, 151, 129, 18, _/binary>> = crypto:hash(sha256, "a"),
    {[{<<"a">>, [1, 2]}]} = jiffy:decode(<<"{\"a\": [1, 2]}">>),
    {a, [], [{b, [], ["x"]}]} = xmerl_lib:simplify_element(element(1, xmerl_scan:string("<a><b>x</b></a>"))),
    io:format("ok~n").
