"""The services that endpoints call, made once per process from the environment, at the first request."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass

from functions.core import aws
from functions.core.files import FileStore
from functions.core.keystore import KeyStore
from functions.core.languages import Catalog, catalog
from functions.core.master import master_secret
from functions.core.offer import Offer
from functions.core.queue import JobQueue
from functions.core.service import JobService
from functions.core.settings import Settings
from functions.core.store import JobStore
from functions.core.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Services:
    """What an endpoint may use."""

    jobs: JobService
    keys: KeyStore
    catalog: Catalog
    offer: Offer
    uploads: Uploads
    sync_wait_seconds: float


@functools.cache
def services() -> Services:
    """Return this process's services."""
    settings = Settings.from_environment(os.environ)
    dynamodb = aws.dynamodb()
    files = FileStore(aws.s3(), settings.bucket)
    store = JobStore(dynamodb, settings.jobs_table, files)
    uploads = Uploads(files)
    queue = JobQueue(aws.sqs(), settings.queue_url_prefix)
    offer = Offer.from_environment(os.environ)
    return Services(
        jobs=JobService(store, queue, catalog(), offer, uploads),
        keys=KeyStore(dynamodb, settings.keys_table, master_secret(os.environ), store),
        catalog=catalog(),
        offer=offer,
        uploads=uploads,
        sync_wait_seconds=settings.sync_wait_seconds,
    )
