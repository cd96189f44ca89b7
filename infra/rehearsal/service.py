"""The rehearsal: moto, workers as tasks, the sweep and the HTTP server, put together and taken apart."""

from __future__ import annotations

import functools
import logging
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from functions.api.app import handler
from functions.api.edge import Edge
from functions.api.streaming import Handler, StreamingApp
from functions.aws import clients as aws
from functions.aws import schema
from functions.aws.compose import Aws
from functions.aws.dispatch import AwsDispatch
from functions.aws.keys import DynamoKeyStore
from functions.aws.settings import Settings
from functions.aws.webhooks import announce_forgotten
from functions.core import cors
from functions.core.cors import Origins
from functions.core.job import NetworkMode
from functions.core.languages import catalog
from functions.core.offer import Offer
from functions.core.pools import pool_name
from functions.core.sweeper import Sweeper
from functions.core.webhooks import WebhookRules
from infra.local import banner, offering, sandboxes, toolchains
from infra.local.images.store import Store
from infra.local.server import Server, base_url, listen
from infra.local.state import State, write_private
from infra.rehearsal import cluster, launches, moto_aws, webhooks
from infra.rehearsal import launcher as launcher_module
from infra.rehearsal.account import FUNCTIONS_REPORT, WAITING_CALLERS, Places, Quotas
from infra.rehearsal.cluster import Cluster
from infra.rehearsal.gateway import Gateway
from infra.rehearsal.launcher import Launcher, Room
from infra.rehearsal.moto_process import MotoProcess
from infra.rehearsal.own_pages import OwnPages
from runtime_images.worker.sandbox import cgroup

IDLE_SECONDS: Final = 120.0  # a pool that isn't warm loses its workers after so long without a job
REUSED_JOBS: Final = 20  # of a worker that is kept for a customer
SWEEP_SECONDS: Final = 5.0
REQUEST_THREADS: Final = 256
SYNC_WAIT_SECONDS: Final = 900.0 + 60  # the longest ttl, and the queue before it


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose."""

    host: str
    port: int
    workers: int
    state: State
    images: Store
    template: Path | None = None  # of what holds data, where it isn't to be moto_aws's own
    origins: Origins = cors.NONE
    reuse: float | None = None  # seconds that a worker is kept for its first job's customer, if it is
    quotas: Quotas | None = None  # of the account; None: as much as this machine can
    webhooks: WebhookRules = field(default_factory=WebhookRules)
    cold: float | None = None  # seconds that a worker takes to start, where none is to be there before its job


def serve(options: Options, moto: MotoProcess) -> None:
    """Serve until SIGINT or SIGTERM, on a moto that has been started.

    Raises SandboxUnavailableError where nothing can be isolated, OSError.
    """
    with tempfile.TemporaryDirectory(prefix="code-execution-") as folder:
        Path(folder).chmod(0o711)  # programs' users pass through it to what is theirs
        tempfile.tempdir = folder  # what the libraries make (multiprocessing its sockets) goes with it too
        sandboxes.check(Path(folder))
        listener = listen(options.host, options.port)
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
    offer = offering.offer(found, offering.WARM_LANGUAGES if options.cold is None else ())
    settings, worker_environment = _enter_environment(moto, offer, options)
    pools = [pool_name(each, mode) for each in found for mode in NetworkMode]
    if options.template:
        moto_aws.create_stack(options.template)
    else:
        moto_aws.create_resources(pools)
    functions = Places(options.quotas.functions if options.quotas else REQUEST_THREADS)
    adapters = Aws.from_settings(settings)
    keys = DynamoKeyStore(aws.dynamodb(), settings.keys_table, options.state.master.encode(), adapters.store)
    keys.put(options.state.key)
    launcher = Launcher(
        _room(options), found, worker_environment, folder, Cluster(pools), sorted(offer.warm_pools), functions
    )
    handler({"path": "/health", "httpMethod": "GET", "headers": {}})  # the first one composes the API
    _in_background("launcher", launcher.run)
    launch_queue = settings.queue_url_prefix + schema.LAUNCH_QUEUE
    _in_background("launches", functools.partial(launches.serve, launch_queue, launcher, functions))
    _in_background("sweep", functools.partial(_sweep_regularly, adapters, functions))
    webhook_queue = settings.queue_url_prefix + schema.WEBHOOK_QUEUE
    _in_background("webhooks", functools.partial(webhooks.serve, webhook_queue, functions))
    url = base_url(listener)
    options.state.write_key_file(url)
    _write_aws_file(options.state, worker_environment)
    greeting = banner.text(url, options.state, found, offer, options.images, secret=banner.is_seen())
    threads = ThreadPoolExecutor(REQUEST_THREADS, thread_name_prefix="request")
    api = StreamingApp(_gateway(options, functions), threads)
    app = Edge(OwnPages(api, [options.host], options.origins), options.origins)
    Server(app, greeting, lambda _hurry: launcher.stop()).run(sockets=[listener])
    cgroup.remove_stale(patience=0.5)


def _gateway(options: Options, functions: Places) -> Handler:
    return Gateway(functions, options.state.folder / FUNCTIONS_REPORT) if options.quotas else handler


def _room(options: Options) -> Room:
    if options.reuse is None:
        return Room(options.workers) if options.cold is None else Room(options.workers, 1, options.cold)
    return Room(options.workers, REUSED_JOBS, options.cold or 0)


def _enter_environment(moto: MotoProcess, offer: Offer, options: Options) -> tuple[Settings, dict[str, str]]:
    """Set the variables that the Lambda functions would have; return the settings and those of a worker."""
    endpoint = moto.endpoint()
    settings = Settings(
        jobs_table=moto_aws.PREFIX + schema.JOBS.purpose,
        keys_table=moto_aws.PREFIX + schema.KEYS.purpose,
        bucket=moto_aws.PREFIX + "files",
        queue_url_prefix=f"{endpoint}/{moto_aws.ACCOUNT}/{moto_aws.PREFIX}",
        sync_wait_seconds=SYNC_WAIT_SECONDS,
    )
    worker_environment = {**moto_aws.environment(endpoint, moto.credential), **settings.environment()}
    if options.quotas:
        os.environ["WAITING_CALLERS"] = str(WAITING_CALLERS)
    if options.reuse is not None:
        worker_environment |= {"REUSE": "customer", "KEPT_SECONDS": str(options.reuse)}
    os.environ.update(worker_environment)
    os.environ.update(offer.environment())
    os.environ.update(cluster.environment(IDLE_SECONDS))
    os.environ["MASTER_SECRET"] = options.state.master
    os.environ[cors.VARIABLE] = " ".join(options.origins.allowed)
    os.environ.update(options.webhooks.environment())
    return settings, worker_environment


def _write_aws_file(state: State, environment: Mapping[str, str]) -> None:
    """Write aws.env: where the running rehearsal's AWS is and its credential, for infra.keys; for its owner alone."""
    write_private(state.folder / "aws.env", "".join(f"{name}={value}\n" for name, value in environment.items()))


def _in_background(name: str, target: Callable[[], None]) -> None:
    threading.Thread(target=target, name=name, daemon=True).start()


def _sweep_regularly(adapters: Aws, functions: Places) -> None:
    sweeper = Sweeper(adapters.store, AwsDispatch(adapters.store, adapters.queue))
    while True:
        time.sleep(SWEEP_SECONDS)
        with functions.one(wait=True):
            sweeper.sweep()
            announce_forgotten(adapters.deliveries, adapters.webhooks)
