"""Gives matplotlib the list of fonts that was made with the image: making one costs each program half a second.

matplotlib reads it only from a folder that it can write to, so a copy goes there when a program first imports it.
"""

import os
import shutil
import sys

FONTS = "/usr/local/lib/python/matplotlib"


class _BeforeMatplotlib:
    """A finder that finds nothing, but is asked before matplotlib is imported."""

    @staticmethod
    def find_spec(name, _path=None, _target=None):
        if name == "matplotlib":
            sys.meta_path.remove(_BeforeMatplotlib)
            if "MPLCONFIGDIR" not in os.environ:
                folder = os.path.join(os.environ.get("TMPDIR", "/tmp"), "matplotlib")
                try:
                    shutil.copytree(FONTS, folder, dirs_exist_ok=True)
                    os.environ["MPLCONFIGDIR"] = folder
                except OSError:
                    pass  # matplotlib makes its own list then


if os.path.isdir(FONTS):
    sys.meta_path.insert(0, _BeforeMatplotlib)
