"""Storage: the ports of one process, together. functions/aws and functions/embedded each make one."""

from __future__ import annotations

from dataclasses import dataclass

from functions.core.dispatch import Dispatch
from functions.core.events import Feeds
from functions.core.files import FileStore
from functions.core.inputs import Inputs
from functions.core.keystore import KeyStore, Signatures
from functions.core.sealing import Seal
from functions.core.store import JobStore


@dataclass(frozen=True, slots=True)
class Storage:
    """What the API stands on."""

    jobs: JobStore
    dispatch: Dispatch
    keys: KeyStore
    files: FileStore
    signatures: Signatures
    seal: Seal
    feeds: Feeds
    inputs: Inputs
