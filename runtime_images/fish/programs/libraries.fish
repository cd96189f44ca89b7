function same -a found expected
    test "$found" = "$expected"; and return
    echo "$found isn't $expected" >&2
    exit 1
end

same (echo '{"a": [1, 2]}' | jq '.a | add') 3
same (echo '2^64' | bc) 18446744073709551616
same (printf '<a><b>x</b></a>' | xmlstarlet sel -t -v /a/b) x
same (sqlite3 :memory: 'select 6 * 7') 42
same (printf a | openssl sha256 -r | string sub -l 8) ca978112
same (printf 'a,b\n' | gawk -F, '{print $2}') b
same (curl -s file://$PWD/main.fish | head -n 1) 'function same -a found expected'
same (file -b --mime-type main.fish) text/plain
for tool in gzip bzip2 xz zstd
    same (echo text | $tool -c | $tool -dc) text
end
cd /tmp; and echo x >x.txt; and zip -q x.zip x.txt; and unzip -tq x.zip >/dev/null; or exit 1
ps -o pid= >/dev/null; or exit 1
echo ok
