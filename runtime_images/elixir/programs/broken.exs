defmodule Unfinished do
