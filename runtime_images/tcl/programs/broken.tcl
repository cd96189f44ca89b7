puts [expr {1 +}
