die "it broke";
