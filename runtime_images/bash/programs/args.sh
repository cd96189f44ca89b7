for argument in "$@"; do printf "arg %s\n" "$argument"; done
