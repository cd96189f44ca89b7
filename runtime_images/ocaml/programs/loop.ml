let () =
  print_endline "looping";
  while true do
    ()
  done
