ARGV.each { |argument| puts "arg #{argument}" }
