let () = print_string (In_channel.with_open_text "data.txt" In_channel.input_all)
