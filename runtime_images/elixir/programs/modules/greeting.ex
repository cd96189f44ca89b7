defmodule Greeting do
  def text, do: "modules"
end
