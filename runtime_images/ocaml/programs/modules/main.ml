let () = if Shapes.area 3 = 9 then print_endline (Greeting.text ^ " ok")
