for argument <- System.argv(), do: IO.puts("arg #{argument}")
