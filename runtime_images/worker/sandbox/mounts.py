"""What a task's file systems must be, whatever its definition asked for and its platform made of that."""

from __future__ import annotations

from typing import Final

IN_MEMORY: Final = ("/work", "/tmp")  # noqa: S108  # where the task definition mounts file systems for programs
SIZE: Final = "size"
INODES: Final = "nr_inodes"


def shortcomings(mountinfo: str, *, one_job: bool) -> list[str]:
    """Return what is missing: a read-only root, and limited file systems in memory that programs can run from.

    `one_job`: no other comes after it, so the files that it can make harm itself alone, and needn't be limited.
    `mountinfo` is the text of /proc/self/mountinfo; see proc(5). Of several mounts on a place the last one counts.
    """
    kinds: dict[str, str] = {}
    options: dict[str, set[str]] = {}
    for line in mountinfo.splitlines():
        mount, _, file_system = line.partition(" - ")
        place, own = mount.split(" ")[4:6]
        kinds[place], _, of_all = file_system.split(" ", 2)
        options[place] = {*own.split(","), *of_all.split(",")}
    limits = (SIZE,) if one_job else (SIZE, INODES)
    found = [] if "ro" in options.get("/", ()) else ["/ is not read-only"]
    for place in IN_MEMORY:
        if kinds.get(place) != "tmpfs":
            found.append(f"{place} is no file system in memory")
            continue
        names = {each.partition("=")[0] for each in options[place]}
        found += [f"{place} has no {limit}" for limit in limits if limit not in names]
        found += [f"{place} is without {flag}" for flag in ("nosuid", "nodev") if flag not in names]
        found += [f"{place} is {flag}" for flag in ("noexec", "ro") if flag in names]
    return found
