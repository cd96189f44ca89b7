"""API Gateway before a function that the account runs only so often at once: beyond that the gateway answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from functions.api.app import handler
from infra.rehearsal.account import Places, write_report

# INTEGRATION_FAILURE in infra/gateway_errors.py: what a function that Lambda doesn't run is to the gateway.
BUSY: Final[dict[str, Any]] = {
    "statusCode": 503,
    "headers": {"Content-Type": "application/json", "Retry-After": "5"},
    "body": json.dumps(
        {
            "error": "service_unavailable",
            "message": "The service can't take this now; try again in a few seconds.",
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Gateway:
    """Calls the API's handler, where there is a place for it."""

    functions: Places
    report: Path

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        """Answer a request."""
        with self.functions.one() as runs:
            write_report(self.report, {"functions": self.functions.use})
            return handler(event) if runs else dict(BUSY)
