:- use_module(library(clpfd)).
:- use_module(library(csv)).
:- use_module(library(dcg/basics)).
:- use_module(library(http/json)).
:- use_module(library(pcre)).
:- use_module(library(sgml)).
:- use_module(library(sha)).
:- use_module(library(yaml)).
:- initialization(main).

main :-
    X #> 3, X #< 5, X == 4,
    atom_json_dict('{"a": [1, 2]}', Dict, []), Dict.a == [1, 2],
    phrase(integer(12), `12`),
    re_matchsub("[0-9]+", "abc12", Match), Match.0 == "12",
    open_string("<a><b>x</b></a>", Stream), load_xml(Stream, [element(a, [], [element(b, [], [x])])], []),
    sha_hash(a, [134 | _], []),
    yaml_read(string("a: 1"), Yaml), Yaml.a == 1,
    writeln(ok).
