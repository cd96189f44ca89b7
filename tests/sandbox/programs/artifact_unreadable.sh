# tries: forbid reading and removing what it left: no permissions on files and folders
# must: be removed all the same, and not break the supervisor
# expect-artifacts: any
mkdir -p /tmp/artifacts/closed tree/closed
echo data >/tmp/artifacts/secret
echo data >tree/closed/file
chmod 000 /tmp/artifacts/secret /tmp/artifacts/closed tree/closed tree /tmp/artifacts .
echo contained
