puts "looping"
while 1 {}
