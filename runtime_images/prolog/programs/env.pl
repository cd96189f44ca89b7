:- getenv("GREETING", Greeting), writeln(Greeting).
