module Counts = Map.Make (String)

let rec fib n = if n < 2 then n else fib (n - 1) + fib (n - 2)

let rec backwards text =
  match String.length text with
  | 0 -> ""
  | n -> backwards (String.sub text 1 (n - 1)) ^ String.sub text 0 1

let count words =
  let add counts word = Counts.update word (fun n -> Some (1 + Option.value n ~default:0)) counts in
  List.fold_left add Counts.empty words

let order (a, n) (b, m) = compare (-n, a) (-m, b)

let () =
  let pairs = List.sort order (Counts.bindings (count (String.split_on_char ' ' "the quick the fox"))) in
  Printf.printf "fib %d\n" (fib 10);
  Printf.printf "reversed %s\n" (backwards "hello");
  Printf.printf "words %s\n" (String.concat " " (List.map (fun (word, n) -> Printf.sprintf "%s=%d" word n) pairs));
  Printf.printf "sorted %s\n" (String.concat " " (List.map string_of_int (List.sort compare [ 5; 3; 8; 1; 2 ])))
