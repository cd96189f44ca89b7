"""Housekeeping: what is past its time goes, jobs before the files that they name, and what ended jobs were sent."""

from __future__ import annotations

import threading
from typing import Final

from aws_lambda_powertools import Logger

from functions.embedded.database import Database
from functions.embedded.files import FolderFileStore
from functions.embedded.jobs import EmbeddedJobStore
from functions.embedded.parts import Parts
from functions.embedded.signatures import EmbeddedSignatures

KEPT_SECONDS: Final = 24 * 3600  # a finished job can be read for so long
FILES_SECONDS: Final = KEPT_SECONDS + 2 * 3600  # a submission's file may wait an hour, and run some minutes, before
PAUSE_SECONDS: Final = 600

logger = Logger(service="engine")


class Housekeeping:
    """A thread that looks every few minutes."""

    def __init__(
        self,
        database: Database,
        jobs: EmbeddedJobStore,
        files: FolderFileStore,
        signatures: EmbeddedSignatures,
        parts: Parts,
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._files = files
        self._signatures = signatures
        self._over = threading.Event()
        self._thread = parts.thread("housekeeping", self._run)

    def start(self) -> None:
        """Look now, and from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        if self._thread.ident:
            self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self._jobs.delete_older(KEPT_SECONDS)
                self._files.delete_older(FILES_SECONDS)
                self._signatures.delete_old()
                self._database.tidy()  # what an idle service's log still has of ended jobs' submissions
            except Exception:  # whatever it is, the next look may do better
                logger.exception("what is past its time couldn't be deleted")
            if self._over.wait(PAUSE_SECONDS):
                return
