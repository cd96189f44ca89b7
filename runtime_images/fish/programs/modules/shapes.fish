function area -a side
    math $side '*' $side
end
