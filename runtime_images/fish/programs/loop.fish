echo looping
while true
end
