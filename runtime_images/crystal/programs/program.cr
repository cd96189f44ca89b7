def fib(n : Int32) : Int32
  n < 2 ? n : fib(n - 1) + fib(n - 2)
end

def backwards(text : String) : String
  text.empty? ? "" : backwards(text[1..]) + text[0]
end

counts = Hash(String, Int32).new(0)
"the quick the fox".split.each { |word| counts[word] += 1 }
ordered = counts.to_a.sort_by { |word, count| {-count, word} }

puts "fib #{fib(10)}"
puts "reversed #{backwards("hello")}"
puts "words #{ordered.map { |word, count| "#{word}=#{count}" }.join(" ")}"
puts "sorted #{[5, 3, 8, 1, 2].sort.join(" ")}"
