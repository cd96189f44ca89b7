STDIN.each_line { |line| puts "got #{line}" }
