open my $file, "<", "data.txt" or die "data.txt: $!";
print while <$file>;
