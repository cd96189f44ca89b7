# tries: read and write the memory of every process that isn't its own
# must: open none of them
use strict;
use warnings;
my @opened;
for my $pid (map { m{/proc/(\d+)$} } glob '/proc/[0-9]*') {
    next if $pid == $$;
    push @opened, "$pid:read" if open my $r, '<', "/proc/$pid/mem" and sysread $r, my $x, 1;
    push @opened, "$pid:write" if open my $w, '+<', "/proc/$pid/mem" and uid($pid) != $<;
}
sub uid { my @s = stat "/proc/$_[0]"; return @s ? $s[4] : $< }
print @opened ? "BREACH: @opened\n" : "contained\n";
