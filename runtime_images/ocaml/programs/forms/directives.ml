#use "topfind";;
#require "str";;

let () = print_endline (Str.global_replace (Str.regexp "no") "ok" "no");;
