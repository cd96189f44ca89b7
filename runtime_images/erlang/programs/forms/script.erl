main(_) -> io:format("ok~n").
