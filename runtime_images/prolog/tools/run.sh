#!/bin/sh
# A program starts itself by a directive, or has a main/0, or is only directives.
case $(grep -o 'initialization *(.*' main.pro | tr -d ' ') in
    *,main\)*) exec swipl -q -s main.pro -- "$@" ;;
    ?*) goal=halt ;;
    *) goal='(current_predicate(main/0) -> main ; true), halt' ;;
esac
exec swipl -q --on-error=status -g "$goal" -s main.pro -- "$@"
