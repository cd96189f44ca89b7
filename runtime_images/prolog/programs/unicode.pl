main :- writeln("Grüße, 世界 🌍").
