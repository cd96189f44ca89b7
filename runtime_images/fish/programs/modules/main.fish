source greeting.fish
source shapes.fish
test (area 3) = 9; and echo $text ok
