:- read_file_to_string("data.txt", Text, []), write(Text).
