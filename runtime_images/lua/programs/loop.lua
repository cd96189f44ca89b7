print("looping")
while true do end
