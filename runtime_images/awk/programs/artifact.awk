BEGIN { printf "made" >(ENVIRON["ARTIFACTS_DIR"] "/result.txt"); print "ok" }
