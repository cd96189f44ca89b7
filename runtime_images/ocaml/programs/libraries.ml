let check what holds = if not holds then failwith what

let () =
  check "yojson" Yojson.Safe.(Util.(from_string {|{"a": [1, 2]}|} |> member "a" |> index 1 |> to_int) = 2);
  check "zarith" (Z.to_string (Z.pow (Z.of_int 2) 64) = "18446744073709551616");
  check "str" (Str.split (Str.regexp ",") "a,b" = [ "a"; "b" ]);
  check "re" (Re.matches (Re.compile (Re.rep1 Re.digit)) "a1b22" = [ "1"; "22" ]);
  check "csv" (Csv.input_all (Csv.of_string "a,\"b,c\"") = [ [ "a"; "b,c" ] ]);
  check "lwt" (Lwt_main.run (Lwt.return 42) = 42);
  check "unix" (Unix.gettimeofday () > 0.);
  check "threads" (Thread.id (Thread.self ()) >= 0);
  check "containers" (CCList.take 2 [ 1; 2; 3 ] = [ 1; 2 ]);
  check "fmt" (Fmt.str "%d" 1 = "1");
  check "ptime" (Ptime.of_date (2024, 2, 29) <> None);
  check "uuidm" (Uuidm.of_string "6ba7b810-9dad-11d1-80b4-00c04fd430c8" <> None);
  check "xmlm" (Xmlm.input (Xmlm.make_input (`String (0, "<a/>"))) = `Dtd None);
  check "angstrom" (Angstrom.(parse_string ~consume:All (string "a")) "a" = Ok "a");
  let module Graph = Graph.Persistent.Digraph.Concrete (Int) in
  check "ocamlgraph" (Graph.nb_vertex (Graph.add_vertex Graph.empty 1) = 1);
  check "sqlite3" (Sqlite3.exec (Sqlite3.db_open ":memory:") "select 6 * 7" = Sqlite3.Rc.OK);
  print_endline "ok"
