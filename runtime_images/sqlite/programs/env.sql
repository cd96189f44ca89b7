.system echo "$GREETING"
