-module(main).
-export([main/0]).

main() -> error(it_broke).
