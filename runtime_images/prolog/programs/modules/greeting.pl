:- module(greeting, [text/1]).

text(modules).
