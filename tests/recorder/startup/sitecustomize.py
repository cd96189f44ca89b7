"""Python imports this at its start, where the folder is on PYTHONPATH: rehearsals and their workers are noted."""

import sys
from pathlib import Path

if any("infra.rehearsal" in each for each in sys.orig_argv[1:]):
    sys.path.insert(0, str(Path(__file__).parents[3]))
    import tests.recorder  # noqa: F401  # it starts to note
