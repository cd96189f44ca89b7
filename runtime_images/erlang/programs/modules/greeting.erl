-module(greeting).
-export([text/0]).

text() -> "modules".
