# tries: the loader's and the C library's other variables, on the trusted programs that start this one
# must: affect only this program; nothing written as root
# env: LD_DEBUG=all
# env: LD_DEBUG_OUTPUT=/tmp/loader
# env: LD_LIBRARY_PATH=.
# env: GCONV_PATH=.
# env: MALLOC_TRACE=/tmp/malloc
# env: GLIBC_TUNABLES=glibc.malloc.check=3
# env: LOCPATH=.
# env: TZ=/etc/shadow
# env: PERL5LIB=.
use strict;
use warnings;
my @got;
for my $file (glob '/tmp/loader.* /tmp/malloc*') {
    my @facts = stat $file;
    push @got, $file if $facts[4] != $<;
    open my $f, '<', $file or next;
    push @got, $file if grep { /setpriv|bwrap/ && /initialize program/ } <$f>;
}
print @got ? "BREACH: @got\n" : "contained\n";
