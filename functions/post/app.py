"""The Lambda handler that sends webhooks' requests. It may do nothing in the account and knows nothing of it."""

from __future__ import annotations

import base64
import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.core.deliverer import Request
from functions.core.webhooks import WebhookRules
from functions.post.sender import send


def handler(event: dict[str, Any], _context: LambdaContext | None = None) -> dict[str, Any]:
    """Send `{"url", "headers", "body"}`, the body as base64; return `{"status", "error"}`, one of them null."""
    request = Request(event["url"], event["headers"], base64.b64decode(event["body"]))
    outcome = send(request, WebhookRules.from_environment(os.environ))
    return {"status": outcome.status, "error": outcome.error}
