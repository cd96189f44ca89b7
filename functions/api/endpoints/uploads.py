"""POST /uploads: a form for one input file that is too big to send inline."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from functions.api.dependencies import services
from functions.api.openapi.models import UploadForm
from functions.api.openapi.routes import answers
from functions.core import limits
from functions.core.uploads import FORM_SECONDS

router = Router()


@router.post("/uploads", responses=answers(UploadForm))
def upload_form() -> dict[str, Any]:
    """Get a form that takes one input file too big to be sent inline.

    POST its fields, then the file as `file`, to its url as multipart/form-data. Then name `upload_id` in an input
    file in place of `content`. An upload serves one job.
    """
    upload = services().uploads.offer(router.context["key"].public_key)
    return {
        "upload_id": upload.upload_id,
        "url": upload.url,
        "fields": upload.fields,
        "expires_in": FORM_SECONDS,
        "max_bytes": limits.INPUT_FILE_BYTES,
    }
