let () =
  try
    while true do
      Printf.printf "got %s\n" (read_line ())
    done
  with End_of_file -> ()
