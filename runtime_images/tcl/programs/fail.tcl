error "it broke"
