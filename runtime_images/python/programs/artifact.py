import os
from pathlib import Path

Path(os.environ["ARTIFACTS_DIR"], "result.txt").write_text("made")
print("ok")
