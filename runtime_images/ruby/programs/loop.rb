puts "looping"
loop {}
