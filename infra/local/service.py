"""The service of one machine: the embedded engine and the HTTP server, put together and taken apart."""

from __future__ import annotations

import functools
import socket
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from functions.api import dependencies
from functions.api.app import handler
from functions.api.edge import Edge
from functions.api.streaming import StreamingApp
from functions.core import cors
from functions.core.cors import Origins
from functions.core.languages import catalog
from functions.core.offer import Offer
from functions.core.webhooks import WebhookRules
from functions.embedded import folder as state_folder
from functions.embedded.compose import Engine, open_engine
from functions.post import sender
from infra.local import banner, launcher, offering, sandboxes, temporary, toolchains
from infra.local.awaiting import Awaiting
from infra.local.files_app import FilesApp
from infra.local.images.store import Store
from infra.local.launcher import Launcher
from infra.local.server import Server, base_url, listen
from infra.local.state import State
from infra.local.strangers import Strangers
from infra.local.toolchains import Toolchain
from runtime_images.worker.sandbox import cgroup

SYNC_WAIT_SECONDS: Final = 900.0 + 60  # the longest ttl, and the queue before it
STREAM_SECONDS: Final = 2 * 3600.0  # a job waits an hour at most, and runs for a quarter of one
REQUEST_THREADS: Final = 64  # none of them waits for a job, but those that cancel one
SWITCH_SECONDS: Final = 0.001  # a thread that computes lets another go on after so long


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose."""

    host: str
    port: int
    workers: int
    state: State
    images: Store
    durable: bool = False
    grace_seconds: float = 0
    public_url: str | None = None
    origins: Origins = cors.NONE
    webhooks: WebhookRules = field(default_factory=WebhookRules)


def serve(options: Options) -> bool:
    """Serve until SIGINT or SIGTERM; False where a failure, which was told, was the end.

    Raises SandboxUnavailableError where nothing can be isolated, DatabaseError, OSError.
    """
    state_folder.hold(options.state.folder)
    with temporary.folder(options.state.folder) as (folder, remove_earlier):
        launcher.prepare()
        sandboxes.check(folder)
        listener = listen(options.host, options.port)
        found = toolchains.find_all(catalog(), options.images)
        offer = offering.offer(found)
        engine = _open_engine(options, folder, found, offer, base_url(listener))
        remove_earlier()
        return _serve_from(options, engine, found, offer, listener)


def _serve_from(
    options: Options, engine: Engine, found: Mapping[str, Toolchain], offer: Offer, listener: socket.socket
) -> bool:
    sys.setswitchinterval(SWITCH_SECONDS)
    services = dependencies.use(
        engine.storage,
        offer,
        SYNC_WAIT_SECONDS,
        origins=options.origins,
        waits_outside=True,
        trouble=engine.trouble,
        webhook_rules=options.webhooks,
    )
    handler({"path": "/health", "httpMethod": "GET", "headers": {}})  # the first one composes the API

    def end(hurry: threading.Event) -> None:
        services.jobs.close()
        engine.stop(options.grace_seconds, hurry)

    url = options.public_url or base_url(listener)
    options.state.write_key_file(url)
    greeting = banner.text(url, options.state, found, offer, options.images, secret=banner.is_seen())
    server = Server(Edge(_app(engine), options.origins), greeting, end)
    engine.parts.on_loss = server.fail
    engine.start()
    server.run(sockets=[listener])
    engine.close()
    cgroup.remove_stale(patience=0.5)
    return not server.failed


def _open_engine(
    options: Options, folder: Path, found: Mapping[str, Toolchain], offer: Offer, own_url: str
) -> Engine:
    engine = open_engine(
        options.state.folder,
        options.state.master.encode(),
        options.public_url or own_url,
        Launcher(found, folder),
        options.workers,
        offer.warm_pools,
        post=functools.partial(sender.send, rules=options.webhooks),
        durable=options.durable,
    )
    engine.storage.keys.put(options.state.key)
    return engine


def _app(engine: Engine) -> FilesApp:
    threads = ThreadPoolExecutor(REQUEST_THREADS, thread_name_prefix="request")
    awaiting = Awaiting(engine.storage.jobs, engine.ends, SYNC_WAIT_SECONDS)
    api = StreamingApp(handler, threads, awaiting, stream_seconds=STREAM_SECONDS)
    return FilesApp(engine.files, Strangers(api, engine.keys.recognizes))
