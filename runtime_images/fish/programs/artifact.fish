printf made >$ARTIFACTS_DIR/result.txt
echo ok
