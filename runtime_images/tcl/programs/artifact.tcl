set file [open $env(ARTIFACTS_DIR)/result.txt w]
puts -nonewline $file made
close $file
puts ok
