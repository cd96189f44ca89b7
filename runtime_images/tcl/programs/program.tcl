proc fib {n} {
    expr {$n < 2 ? $n : [fib [expr {$n - 1}]] + [fib [expr {$n - 2}]]}
}

proc backwards {text} {
    if {$text eq ""} {
        return ""
    }
    return [backwards [string range $text 1 end]][string index $text 0]
}

proc order {first second} {
    lassign $first name count
    lassign $second other others
    expr {$count != $others ? $others - $count : [string compare $name $other]}
}

foreach word {the quick the fox} {
    dict incr counts $word
}
set pairs [lmap {name count} $counts {list $name $count}]
set words [lmap pair [lsort -command order $pairs] {join $pair =}]

puts "fib [fib 10]"
puts "reversed [backwards hello]"
puts "words $words"
puts "sorted [lsort -integer {5 3 8 1 2}]"
