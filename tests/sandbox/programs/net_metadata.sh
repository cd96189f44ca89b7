# tries: read the instance metadata service at 169.254.169.254
# must: not connect
for port in 80 8080 "$CANARY_PORT"; do
    if (exec 3<>"/dev/tcp/169.254.169.254/$port") 2>/dev/null; then
        echo "BREACH: connected to port $port"
        exit 1
    fi
done
echo contained
