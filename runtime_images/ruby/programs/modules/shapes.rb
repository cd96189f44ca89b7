Square = Struct.new(:side) do
  def area
    side**2
  end
end
