function result = area(side)
  result = side ^ 2;
end
