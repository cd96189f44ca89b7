open my $file, ">", "$ENV{ARTIFACTS_DIR}/result.txt" or die $!;
print $file "made";
close $file;
print "ok\n";
