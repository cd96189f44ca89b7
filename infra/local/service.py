"""The local service: moto, workers, the sweep and the HTTP server, put together and taken apart."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn

from functions.api.app import handler
from functions.api.streaming import StreamingApp
from functions.aws import clients as aws
from functions.aws import schema
from functions.aws.dispatch import AwsDispatch
from functions.aws.files import S3FileStore
from functions.aws.jobs import DynamoJobStore
from functions.aws.keys import DynamoKeyStore
from functions.aws.queue import SqsJobQueue
from functions.aws.settings import Settings
from functions.core.job import NetworkMode
from functions.core.languages import catalog
from functions.core.offer import Offer
from functions.core.pools import pool_name
from functions.core.sweeper import Sweeper
from infra.local import banner, cluster, launches, moto_aws, sandboxes, toolchains
from infra.local import launcher as launcher_module
from infra.local.cluster import Cluster
from infra.local.http_protocol import Protocol
from infra.local.images.store import Store
from infra.local.launcher import Launcher, Room
from infra.local.moto_process import MotoProcess
from infra.local.state import State
from infra.local.toolchains import Toolchain

WARM_LANGUAGES: Final = ("python", "javascript", "bash")
IDLE_SECONDS: Final = 120.0  # a pool that isn't warm loses its workers after so long without a job
SWEEP_SECONDS: Final = 5.0
SYNC_WAIT_SECONDS: Final = 900.0 + 60  # the longest ttl, and the queue before it
REQUEST_THREADS: Final = 256


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose."""

    host: str
    port: int
    workers: int
    state: State
    images: Store
    template: Path | None = None  # of what holds data, where it isn't to be moto_aws's own
    cold: float | None = None  # seconds that a worker takes to start, where none is to be there before its job


def serve(options: Options, moto: MotoProcess) -> None:
    """Serve until SIGINT or SIGTERM, on a moto that has been started.

    Raises SandboxUnavailableError where nothing can be isolated, OSError.
    """
    with tempfile.TemporaryDirectory(prefix="code-execution-") as folder:
        Path(folder).chmod(0o711)  # programs' users pass through it to what is theirs
        tempfile.tempdir = folder  # what the libraries make (multiprocessing its sockets) goes with it too
        sandboxes.check(Path(folder))
        listener = _listen(options.host, options.port)
        try:
            _serve_from(options, Path(folder), listener, moto)
        finally:
            _hush()


def _hush() -> None:
    """Let threads that still call AWS keep to themselves that it has gone."""
    logging.disable()
    threading.excepthook = lambda _: None


def _serve_from(options: Options, folder: Path, listener: socket.socket, moto: MotoProcess) -> None:
    launcher_module.prepare()
    found = toolchains.find_all(catalog(), options.images)
    offer = _offer(found, cold=options.cold is not None)
    settings, worker_environment = _enter_environment(moto.endpoint(), offer, options.state)
    pools = [pool_name(each, mode) for each in found for mode in NetworkMode]
    if options.template:
        moto_aws.create_stack(options.template)
    else:
        moto_aws.create_resources(pools)
    store = DynamoJobStore(aws.dynamodb(), settings.jobs_table, S3FileStore(aws.s3(), settings.bucket))
    DynamoKeyStore(aws.dynamodb(), settings.keys_table, options.state.master.encode(), store).put(options.state.key)
    queue = SqsJobQueue(aws.sqs(), settings.queue_url_prefix)
    launcher = Launcher(
        _room(options), found, worker_environment, folder, Cluster(pools), warm_pools=sorted(offer.warm_pools)
    )
    handler({"path": "/health", "httpMethod": "GET", "headers": {}})  # the first one composes the API
    _in_background("launcher", launcher.run)
    launch_queue = settings.queue_url_prefix + schema.LAUNCH_QUEUE
    _in_background("launches", functools.partial(launches.serve, launch_queue, launcher))
    _in_background("sweep", functools.partial(_sweep_regularly, Sweeper(store, AwsDispatch(store, queue))))
    base_url = _base_url(listener)
    options.state.write_key_file(base_url)
    options.state.write_aws_file(worker_environment)
    greeting = banner.text(base_url, options.state, found, offer, options.images)
    _Server(launcher, greeting).run(sockets=[listener])
    launcher.stop()


def _room(options: Options) -> Room:
    if options.cold is None:
        return Room(options.workers)
    return Room(options.workers, jobs_per_task=1, start_seconds=options.cold)


def _offer(found: dict[str, Toolchain], *, cold: bool) -> Offer:
    missing = {
        language.id: toolchains.advice(language) for language in catalog().values() if language.id not in found
    }
    warm_languages = [] if cold else [each for each in WARM_LANGUAGES if each in found]
    warm = {pool_name(each, NetworkMode.ZEROTRUST) for each in warm_languages}
    missing_wasm = {each: toolchains.wasm_advice(catalog()[each]) for each in found if not _makes_wasm(each, found)}
    return Offer(frozenset(warm), missing, sandboxes.missing_modes(), missing_wasm)


def _makes_wasm(language_id: str, found: dict[str, Toolchain]) -> bool:
    """Whether a language that can be compiled to WebAssembly also can here; True for those that never can."""
    return not catalog()[language_id].wasm or toolchains.makes_wasm(catalog()[language_id], found[language_id])


def _enter_environment(endpoint: str, offer: Offer, state: State) -> tuple[Settings, dict[str, str]]:
    """Set the variables that the Lambda functions would have; return the settings and those of a worker."""
    settings = Settings(
        jobs_table=moto_aws.PREFIX + schema.JOBS.purpose,
        keys_table=moto_aws.PREFIX + schema.KEYS.purpose,
        bucket=moto_aws.PREFIX + "files",
        queue_url_prefix=f"{endpoint}/{moto_aws.ACCOUNT}/{moto_aws.PREFIX}",
        sync_wait_seconds=SYNC_WAIT_SECONDS,
    )
    worker_environment = {**moto_aws.environment(endpoint), **settings.environment()}
    os.environ.update(worker_environment)
    os.environ.update(offer.environment())
    os.environ.update(cluster.environment(IDLE_SECONDS))
    os.environ["MASTER_SECRET"] = state.master
    return settings, worker_environment


def _in_background(name: str, target: Callable[[], None]) -> None:
    threading.Thread(target=target, name=name, daemon=True).start()


def _sweep_regularly(sweeper: Sweeper) -> None:
    while True:
        time.sleep(SWEEP_SECONDS)
        sweeper.sweep()


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything is started. Raises OSError where it isn't free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        message = f"can't listen on {host} port {port} ({error.strerror}); choose others with --host and --port"
        raise OSError(message) from error


def _base_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """uvicorn, which says what it serves once it does, and ends the workers as soon as it is to end."""

    def __init__(self, launcher: Launcher, greeting: str) -> None:
        app = StreamingApp(handler, ThreadPoolExecutor(REQUEST_THREADS, thread_name_prefix="request"))
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",  # whoever asks for WebSocket gets the plain answer
                lifespan="off",
                log_level="error",  # not each request that can't be read: anybody may send those
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._launcher = launcher
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(self._greeting)
        sys.stdout.flush()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Jobs that end now answer the requests that wait for them, so the server can end too.
        _in_background("stop", self._launcher.stop)
        super().handle_exit(sig, frame)
