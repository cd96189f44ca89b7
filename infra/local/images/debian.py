"""The image that `FROM debian:trixie-slim` names, made from Debian's packages where no registry gives it."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from infra.local.images.command import output

BASE: Final = "docker.io/library/debian:trixie-slim"
SUITE: Final = "trixie"
ENVIRONMENT: Final = {"STORAGE_DRIVER": "overlay", "BUILDAH_ISOLATION": "chroot"}
# A machine behind a proxy of its own trusts it by a certificate here; builds must reach packages as it does.
CERTIFICATES: Final = Path("/usr/local/share/ca-certificates")
TRUST: Final = "trust"  # label: hash of the certificates that the image was made with
EXCLUDES: Final = Path(__file__).parents[3] / "runtime_images" / "base" / "dpkg.cfg"

_making = threading.Lock()


def buildah(*arguments: str, log: Path | None = None) -> str:
    """Run buildah on the store that all its images are in. Raises BuildError."""
    return output("buildah", *arguments, log=log, environment=ENVIRONMENT)


def make_base(log: Path | None = None) -> None:
    """Make the image, if it isn't there or doesn't trust what this machine trusts. Raises BuildError."""
    with _making:
        trust = _trust()
        if buildah("images", "--quiet", "--filter", f"label={TRUST}={trust}", "--filter", f"reference={BASE}"):
            return
        with TemporaryDirectory() as folder:
            archive = f"{folder}/base.tar"
            certificates = [f"--setup-hook=mkdir -p $1{CERTIFICATES}; cp {CERTIFICATES}/*.crt $1{CERTIFICATES}/"]
            trusting = [*certificates, "--customize-hook=chroot $1 update-ca-certificates"] if _bundles() else []
            excludes = [f"--dpkgopt={EXCLUDES}"]
            output(
                *(
                    "mmdebstrap",
                    "--variant=minbase",
                    "--include=ca-certificates",
                    *trusting,
                    *excludes,
                    SUITE,
                    archive,
                ),
                log=log,
            )
            container = buildah("from", "scratch")
            buildah("add", "--quiet", container, archive)
            buildah("config", "--label", f"{TRUST}={trust}", container)
            buildah("commit", "--quiet", "--rm", container, BASE)


def _bundles() -> list[Path]:
    return sorted(CERTIFICATES.glob("*.crt"))


def _trust() -> str:
    """Return a hash of the certificates that this machine adds to Debian's."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in _bundles())).hexdigest()[:16]
