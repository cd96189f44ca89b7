spurt %*ENV<ARTIFACTS_DIR> ~ "/result.txt", "made";
say "ok";
