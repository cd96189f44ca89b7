for line <- IO.stream(:stdio, :line), do: IO.puts("got " <> String.trim_trailing(line, "\n"))
