"""What the document says of the requests that this service sends: one, when a job has ended."""

from __future__ import annotations

from typing import Any, Final

from functions.api.openapi.models import JobEnded

_HEADERS: Final = {
    "webhook-id": "names the delivery: the same at each try, so one that came before can be dropped",
    "webhook-timestamp": "unix seconds of this try",
    "webhook-signature": "`v1,` and the base64 of the HMAC-SHA256, under the secret, of "
    "`{webhook-id}.{webhook-timestamp}.{body}`",
}
PATHS: Final[dict[str, Any]] = {
    "jobEnded": {
        "post": {
            "summary": "A job has ended.",
            "description": "Sent to the job's webhook. Answer with any 2xx, within 15 seconds; 410 says that no more "
            "tries are wanted.",
            "operationId": "job_ended",
            "tags": ["jobs"],
            "parameters": [
                {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
                for name, text in _HEADERS.items()
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/JobEnded"}}},
            },
            "responses": {"2XX": {"description": "it has been received"}},
            "security": [],
        }
    }
}


def schemas(ref_template: str) -> dict[str, Any]:
    """Return the schemas that PATHS names, with those that they name."""
    schema = JobEnded.model_json_schema(ref_template=ref_template)
    return {**schema.pop("$defs", {}), "JobEnded": schema}
