$stdin.each_line(chomp: true) { |line| puts "got #{line}" }
