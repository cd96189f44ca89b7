for _ <- 1..16_384, do: IO.puts(String.duplicate("x", 63))
