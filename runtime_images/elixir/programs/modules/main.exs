Code.require_file("greeting.ex")
Code.require_file("shapes.ex")

defmodule Main do
  def run, do: if(apply(Shapes, :area, [3]) == 9, do: IO.puts(apply(Greeting, :text, []) <> " ok"))
end

Main.run()
