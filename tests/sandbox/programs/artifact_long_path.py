# tries: folders so deep that their path has 5,000 bytes and more, with files on the way down
# must: be removed with the rest, and not break the supervisor
# expect-artifacts: any
import os

for start in ("/tmp/artifacts", os.getcwd()):
    os.makedirs(start, exist_ok=True)
    os.chdir(start)
    for _ in range(60):
        os.mkdir("d" * 100)
        os.chdir("d" * 100)
        with open("f", "w") as f:
            f.write("data")
print("contained")
