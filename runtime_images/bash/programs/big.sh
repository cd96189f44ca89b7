line=$(printf "x%.0s" {1..63})
yes "$line" | head -n 16384
