# tries: leave its root by chroot, fchdir and pivot_root
# must: be refused
use strict;
use warnings;
my @got;
mkdir 'jail';
push @got, 'chroot .' if chroot '.';
push @got, 'chroot jail' if chroot 'jail';
my $pivot_root = `uname -m` =~ /aarch64/ ? 41 : 155;
my ($new, $old) = ("jail\0", "jail/old\0");
push @got, 'pivot_root' if syscall($pivot_root, $new, $old) == 0;
chdir '..' for 1 .. 64;
my @root = stat '.';
my @slash = stat '/';
push @got, 'above the root' if $root[1] != $slash[1];
print @got ? "BREACH: @got\n" : "contained\n";
