source greeting.tcl
source shapes.tcl
if {[area 3] == 9} {
    puts "$text ok"
}
