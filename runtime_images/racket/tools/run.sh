#!/bin/sh
# What says no language is in Racket's own.
grep -Eq '^(#lang|#!|#reader|[(]module)' main.rkt ||
    { sed '1s/^/#lang racket /' main.rkt >/tmp/main.rkt && cp /tmp/main.rkt main.rkt; }
exec racket -t /etc/language/line.rkt -u main.rkt "$@"
