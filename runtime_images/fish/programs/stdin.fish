while read line
    printf 'got %s\n' $line
end
