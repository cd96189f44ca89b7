# tries: use up all inodes with empty files
# must: be told there is no space, after the limit
# limits: inodes=512
use strict;
use warnings;
my $made = 0;
for my $folder ('.', '/tmp', '/dev/shm') {
    for my $i (1 .. 6000) {
        open my $f, '>', "$folder/inode-$i" or last;
        $made++;
    }
}
print $made > 12000 ? "BREACH: $made files\n" : "contained\n";
