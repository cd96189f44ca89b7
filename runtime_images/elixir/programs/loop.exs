defmodule Loop do
  def run, do: run()
end

IO.puts("looping")
Loop.run()
