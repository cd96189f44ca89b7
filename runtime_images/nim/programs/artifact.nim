import std/os

writeFile(getEnv("ARTIFACTS_DIR") / "result.txt", "made")
echo "ok"
