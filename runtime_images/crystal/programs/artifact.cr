File.write(File.join(ENV["ARTIFACTS_DIR"], "result.txt"), "made")
puts "ok"
