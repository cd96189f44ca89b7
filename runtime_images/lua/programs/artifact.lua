local file = io.open(os.getenv("ARTIFACTS_DIR") .. "/result.txt", "w")
file:write("made")
file:close()
print("ok")
