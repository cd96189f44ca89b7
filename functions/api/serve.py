"""`python -m functions.api.serve`: the API as an HTTP server on loopback, for the Lambda Web Adapter.

It answers the two sync routes, whose answers may take minutes: streaming.py keeps their lines open.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import uvicorn

from functions.api.app import handler
from functions.api.edge import Edge
from functions.api.streaming import StreamingApp
from functions.core.cors import Origins

KEEP_ALIVE_SECONDS: Final = 3600  # the adapter ends connections; an instance that was frozen must not have done so
REQUEST_THREADS: Final = 4  # Lambda gives an instance one request at a time; the adapter asks for /health besides


def main() -> None:
    """Serve until the instance is ended."""
    executor = ThreadPoolExecutor(REQUEST_THREADS, thread_name_prefix="request")
    port = int(os.environ.get("AWS_LWA_PORT", "8080"))
    uvicorn.run(
        Edge(StreamingApp(handler, executor), Origins.from_environment(os.environ)),
        host="127.0.0.1",
        port=port,
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )


if __name__ == "__main__":
    main()
