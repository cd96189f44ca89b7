# tries: leave a thousand artifacts
# must: get at most a hundred of them
# expect-artifacts: any
mkdir -p /tmp/artifacts
for i in $(seq 1000); do echo "$i" >"/tmp/artifacts/$i"; done
echo contained
