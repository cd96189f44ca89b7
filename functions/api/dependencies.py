"""The services that endpoints call, made once per process at the first request."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from functions.core import cors
from functions.core.batches import Batches
from functions.core.cors import Origins
from functions.core.events import Feeds
from functions.core.intake import WebhookIntake
from functions.core.keystore import KeyStore, Signatures
from functions.core.languages import Catalog, catalog
from functions.core.offer import Offer
from functions.core.service import JobService
from functions.core.storage import Storage
from functions.core.uploads import Uploads
from functions.core.webhooks import WebhookRules

SYNC_WAIT_SECONDS = 25.0  # API Gateway hangs up after 29
DEFAULT_RULES: Final = WebhookRules()


@dataclass(frozen=True, slots=True)
class Services:
    """What an endpoint may use."""

    jobs: JobService
    batches: Batches
    keys: KeyStore
    signatures: Signatures
    feeds: Feeds
    catalog: Catalog
    offer: Offer
    uploads: Uploads
    sync_wait_seconds: float
    trouble: Callable[[], str | None]  # why no job can run now, if that is so
    origins: Origins = cors.NONE  # whose pages may call
    waits_outside: bool = False  # the server waits for a sync caller's job, not the handler: it costs no thread


_services: Services | None = None


def use(
    storage: Storage,
    offer: Offer,
    sync_wait_seconds: float,
    *,
    origins: Origins = cors.NONE,
    waits_outside: bool = False,
    trouble: Callable[[], str | None] = lambda: None,
    webhook_rules: WebhookRules = DEFAULT_RULES,
) -> Services:
    """Have this process's endpoints stand on `storage`: called before the first request."""
    global _services  # noqa: PLW0603  # handlers take no arguments, so what they use is the process's
    uploads = Uploads(storage.files)
    webhooks = WebhookIntake(storage.seal, webhook_rules)
    jobs = JobService(storage.jobs, storage.dispatch, catalog(), offer, uploads, storage.inputs, webhooks)
    _services = made = Services(
        jobs=jobs,
        batches=Batches(jobs, storage.jobs, storage.dispatch, storage.keys, uploads),
        keys=storage.keys,
        signatures=storage.signatures,
        feeds=storage.feeds,
        catalog=catalog(),
        offer=offer,
        uploads=uploads,
        sync_wait_seconds=sync_wait_seconds,
        origins=origins,
        waits_outside=waits_outside,
        trouble=trouble,
    )
    return made


def forget() -> None:
    """Have the next request compose the services anew."""
    global _services  # noqa: PLW0603
    _services = None


def origins() -> Origins:
    """Return whose pages may call: those of `use`, or on Lambda the environment's, without composing the services."""
    return _services.origins if _services else Origins.from_environment(os.environ)


def services() -> Services:
    """Return this process's services: those of `use`, or on Lambda, where nobody called it, AWS's."""
    if _services is not None:
        return _services
    from functions.aws import compose  # noqa: PLC0415  # off AWS there is no boto3

    seconds = float(os.environ.get("SYNC_WAIT_SECONDS", SYNC_WAIT_SECONDS))
    rules = WebhookRules.from_environment(os.environ)
    storage, offer = compose.storage(os.environ), Offer.from_environment(os.environ)
    return use(storage, offer, seconds, origins=origins(), webhook_rules=rules)
