let () =
  for _ = 1 to 16384 do
    print_endline (String.make 63 'x')
  done
