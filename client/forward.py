"""Passing on what this command reads to a program that runs, as it comes."""

from __future__ import annotations

import codecs
import os
import sys
import threading
from typing import Final

from client.api import Api, ApiError, RefusedError

PART_BYTES: Final = 16 * 1024  # at once; as text it may become four times as long, and 64 KiB are taken
CONFLICT: Final = 409


def forward(api: Api, job_id: str, descriptor: int) -> None:
    """Pass on all that comes from a descriptor, in a thread that nobody needs to wait for."""
    threading.Thread(target=_forward, args=(api, job_id, descriptor), daemon=True).start()


def _forward(api: Api, job_id: str, descriptor: int) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    eof = False
    try:
        while not eof:
            read = os.read(descriptor, PART_BYTES)
            eof = not read
            text = decoder.decode(read, final=eof)
            if text or eof:
                api.send(f"/jobs/{job_id}/stdin", {"data": text, "eof": eof})
    except UnicodeDecodeError:
        _say("standard input is not UTF-8 text; the program gets no more of it")
    except RefusedError as error:
        if error.status != CONFLICT:  # with that, the program has ended
            _say(str(error))
    except (ApiError, OSError) as error:
        _say(str(error))


def _say(message: str) -> None:
    sys.stderr.write(f"error: {message}\n")
