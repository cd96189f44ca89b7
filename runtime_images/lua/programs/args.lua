for _, argument in ipairs(arg) do
  print("arg " .. argument)
end
