# tries: put a link in place of the compiled program that is to be returned
# must: get nothing
# collect: program
ln -sf /etc/passwd program
echo contained
