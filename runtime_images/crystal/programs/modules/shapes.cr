record Square, side : Int32 do
  def area
    side ** 2
  end
end
