# tries: put a link in place of a folder on the way to the compiled program that is to be returned
# must: get nothing
# collect: build/passwd
ln -s /etc build
echo contained
