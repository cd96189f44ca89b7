"""The image that `FROM debian:trixie-slim` names, made from Debian's packages where no registry gives it."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from infra.local.images.command import output
from infra.local.images.sources import BASE as BASE_FOLDER

BASE: Final = "docker.io/library/debian:trixie-slim"
SUITE: Final = "trixie"
ENVIRONMENT: Final = {"STORAGE_DRIVER": "overlay", "BUILDAH_ISOLATION": "chroot"}
EXCLUDES: Final = BASE_FOLDER / "dpkg.cfg"
LIMITS: Final = ("--ulimit=nofile=4096:4096", "--ulimit=nproc=4096:4096")  # root may not be allowed to raise its own
TRUST: Final = "trust"  # label: hash of the certificates that the image was made with

BUNDLE_VARIABLES: Final = ("SSL_CERT_FILE", "PIP_CERT")
BUNDLE: Final = "/etc/ssl/certs/ca-certificates.crt"
DEBIANS: Final = Path("/usr/share/ca-certificates")
ADDED: Final = Path("/usr/local/share/ca-certificates")
CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----\n.+?\n-----END CERTIFICATE-----\n", re.DOTALL)

_making = threading.Lock()


def buildah(*arguments: str, log: Path | None = None) -> str:
    """Run buildah on the store that all its images are in. Raises BuildError."""
    return output("buildah", *arguments, log=log, environment=ENVIRONMENT)


def make_base(log: Path | None = None) -> None:
    """Make the image, if it isn't there or doesn't trust what this machine trusts. Raises BuildError."""
    with _making:
        certificates = own_certificates()
        trust = hashlib.sha256("".join(certificates).encode()).hexdigest()[:16]
        if buildah("images", "--quiet", "--filter", f"label={TRUST}={trust}", "--filter", f"reference={BASE}"):
            return
        with TemporaryDirectory() as folder:
            archive = f"{folder}/base.tar"
            packages = ("--variant=minbase", "--include=ca-certificates", f"--dpkgopt={EXCLUDES}")
            output("mmdebstrap", *packages, SUITE, archive, log=log)
            container = buildah("from", *LIMITS, "scratch")
            buildah("add", "--quiet", container, archive)
            for number, certificate in enumerate(certificates):
                path = Path(folder, f"{number}.crt")
                path.write_text(certificate)
                buildah("copy", "--quiet", container, str(path), f"{ADDED}/machine-{number}.crt")
            buildah("run", container, "--", "update-ca-certificates", log=log)
            buildah("config", "--label", f"{TRUST}={trust}", container)
            buildah("commit", "--quiet", "--rm", container, BASE)


def own_certificates() -> list[str]:
    """Return the certificates that this machine trusts beside Debian's: of a proxy that its packages come through.

    Builds must reach packages as the machine does.
    """
    paths = [os.environ[name] for name in BUNDLE_VARIABLES if name in os.environ] + [BUNDLE]
    bundle = next((Path(path) for path in paths if Path(path).is_file()), None)
    trusted = CERTIFICATE.findall(bundle.read_text("ascii", "replace")) if bundle else []
    debians = {each for path in DEBIANS.rglob("*.crt") for each in CERTIFICATE.findall(path.read_text("ascii"))}
    return sorted({each for each in trusted if each not in debians})
