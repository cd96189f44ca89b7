puts "looping"
loop { }
