foreach argument $argv {
    puts "arg $argument"
}
