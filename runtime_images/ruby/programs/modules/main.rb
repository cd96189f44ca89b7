require "greeting"
require_relative "shapes"

raise "area" unless Square.new(3).area == 9

puts "#{TEXT} ok"
