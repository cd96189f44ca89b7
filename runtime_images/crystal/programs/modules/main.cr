require "./greeting"
require "./shapes"

puts "#{TEXT} ok" if Square.new(3).area == 9
