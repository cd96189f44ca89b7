for argument in $argv
    printf "arg %s\n" $argument
end
