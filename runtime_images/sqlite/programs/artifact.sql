.system printf made >"$ARTIFACTS_DIR/result.txt"
SELECT 'ok';
