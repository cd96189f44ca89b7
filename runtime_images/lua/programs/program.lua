local function fib(n)
  return n < 2 and n or fib(n - 1) + fib(n - 2)
end

local function backwards(text)
  if text == "" then
    return ""
  end
  return backwards(text:sub(2)) .. text:sub(1, 1)
end

local counts, names = {}, {}
for word in ("the quick the fox"):gmatch("%a+") do
  if not counts[word] then
    counts[word] = 0
    names[#names + 1] = word
  end
  counts[word] = counts[word] + 1
end
table.sort(names, function(a, b)
  if counts[a] ~= counts[b] then
    return counts[a] > counts[b]
  end
  return a < b
end)
for i, name in ipairs(names) do
  names[i] = name .. "=" .. counts[name]
end

local numbers = { 5, 3, 8, 1, 2 }
table.sort(numbers)
print("fib " .. fib(10))
print("reversed " .. backwards("hello"))
print("words " .. table.concat(names, " "))
print("sorted " .. table.concat(numbers, " "))
