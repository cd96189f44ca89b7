"""Intake: what becomes of the webhook that a submission, or its key, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from functions.core.addresses import may_connect
from functions.core.errors import InvalidFieldError
from functions.core.sealing import Seal
from functions.core.webhooks import Delivery, Webhook, WebhookRules

PURPOSE: Final = "webhook of "  # + the owner: a sealed secret is worth nothing in another customer's record


@dataclass(frozen=True, slots=True)
class WebhookIntake:
    """Looks at webhooks by the deployment's rules, and seals their secrets."""

    seal: Seal
    rules: WebhookRules

    def record(self, owner: str, webhook: Webhook | None, default_url: str | None) -> Delivery | None:
        """Return what a new job records of its webhook, if it has one. Raises InvalidFieldError."""
        if webhook is None:
            return Delivery(url=default_url) if default_url else None
        if problem := self.problem(webhook.url):
            raise InvalidFieldError("webhook.url", problem)
        sealed = self.seal.seal(webhook.secret, PURPOSE + owner) if webhook.secret else None
        return Delivery(url=webhook.url, sealed_secret=sealed)

    def problem(self, url: str) -> str | None:
        """Say what is wrong with a URL by these rules; names are looked up at each try, not now."""
        if url.startswith("http:") and not self.rules.http:
            return "The webhook must be an https:// URL."
        host = urlsplit(url).hostname or ""
        if _is_address(host) and not may_connect(host, private=self.rules.private):
            return "The webhook's address must be one that the internet leads to."
        return None


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdecimal()
