# tries: put a link in place of the artifacts folder
# must: get nothing
rm -rf /tmp/artifacts
ln -s /etc /tmp/artifacts
echo contained
