defmodule Program do
  def fib(n) when n < 2, do: n
  def fib(n), do: fib(n - 1) + fib(n - 2)

  def backwards(""), do: ""
  def backwards(text), do: backwards(String.slice(text, 1..-1//1)) <> String.first(text)

  def count(words), do: Enum.reduce(words, %{}, fn word, counts -> Map.update(counts, word, 1, &(&1 + 1)) end)
end

ordered =
  "the quick the fox"
  |> String.split()
  |> Program.count()
  |> Enum.sort_by(fn {word, count} -> {-count, word} end)
  |> Enum.map_join(" ", fn {word, count} -> "#{word}=#{count}" end)

IO.puts("fib #{Program.fib(10)}")
IO.puts("reversed #{Program.backwards("hello")}")
IO.puts("words #{ordered}")
IO.puts("sorted #{Enum.join(Enum.sort([5, 3, 8, 1, 2]), " ")}")
