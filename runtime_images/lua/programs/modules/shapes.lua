local shapes = {}

function shapes.area(side)
  return side * side
end

return shapes
