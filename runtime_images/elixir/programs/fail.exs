raise "it broke"
