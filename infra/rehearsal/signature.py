"""AWS's signatures, version 4, verified: of a request's header, of a presigned URL, and of a form for the browser.

moto takes any. Rules: AWS's "Signature Version 4 signing process" and S3's "Authenticating requests".
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import io
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from werkzeug.formparser import parse_form_data

from infra.rehearsal.credential import Credential

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ALGORITHM: Final = "AWS4-HMAC-SHA256"
UNSIGNED: Final = "UNSIGNED-PAYLOAD"
STAMP: Final = "%Y%m%dT%H%M%SZ"
_HEADER: Final = re.compile(
    ALGORITHM
    + r" Credential=(?P<credential>[^, ]+), *SignedHeaders=(?P<headers>[^, ]+), *Signature=(?P<signature>[0-9a-f]+)"
)


def is_signed(environ: WSGIEnvironment, credential: Credential) -> bool:
    """Whether a request is signed with this credential, and not expired where it is presigned.

    `environ` has RAW_URI as it came, and in wsgi.input the whole body, which stays to be read.
    """
    try:
        if "HTTP_AUTHORIZATION" in environ:
            return _header_is_right(environ, credential)
        if "X-Amz-Signature=" in environ["QUERY_STRING"]:
            return _url_is_right(environ, credential)
        if environ["CONTENT_TYPE"].startswith("multipart/form-data"):
            return _form_is_right(environ, credential)
    except (KeyError, ValueError, TypeError, AttributeError):  # it isn't what it claims to be
        return False
    return False


def _header_is_right(environ: WSGIEnvironment, credential: Credential) -> bool:
    found = _HEADER.fullmatch(environ["HTTP_AUTHORIZATION"])
    if found is None:
        return False
    body_hash = hashlib.sha256(_body(environ)).hexdigest()
    told = environ.get("HTTP_X_AMZ_CONTENT_SHA256", body_hash)
    if told not in (body_hash, UNSIGNED):
        return False
    request = _canonical(environ, environ["QUERY_STRING"], found["headers"], told)
    signature = _of_request(request, found["credential"], environ["HTTP_X_AMZ_DATE"], credential)
    return hmac.compare_digest(signature, found["signature"])


def _url_is_right(environ: WSGIEnvironment, credential: Credential) -> bool:
    raw = environ["QUERY_STRING"]
    fields = {name: values[-1] for name, values in parse_qs(raw).items()}
    rest = "&".join(each for each in raw.split("&") if not each.startswith("X-Amz-Signature="))
    request = _canonical(environ, rest, fields["X-Amz-SignedHeaders"], UNSIGNED)
    signature = _of_request(request, fields["X-Amz-Credential"], fields["X-Amz-Date"], credential)
    begin = datetime.strptime(fields["X-Amz-Date"], STAMP).replace(tzinfo=UTC).timestamp()
    young = time.time() <= begin + int(fields["X-Amz-Expires"])
    return young and hmac.compare_digest(signature, fields["X-Amz-Signature"])


def _form_is_right(environ: WSGIEnvironment, credential: Credential) -> bool:
    copy = {**environ, "wsgi.input": io.BytesIO(_body(environ))}
    _, form, files = parse_form_data(copy)
    fields = {name.lower(): value for name, value in form.items()}
    policy = fields["policy"]
    signature = _sign(_key(credential, fields["x-amz-credential"]), policy)
    if not hmac.compare_digest(signature, fields["x-amz-signature"]):
        return False
    bucket = environ["PATH_INFO"].strip("/")
    size = len(files["file"].read()) if "file" in files else len(fields["file"])
    return _policy_allows(policy, {**fields, "bucket": bucket}, size)


def _policy_allows(encoded: str, fields: Mapping[str, str], size: int) -> bool:
    try:
        policy = json.loads(base64.b64decode(encoded))
    except (binascii.Error, ValueError):
        return False
    if datetime.fromisoformat(policy["expiration"]).timestamp() < time.time():
        return False
    return all(_meets(condition, fields, size) for condition in policy["conditions"])


def _meets(condition: Any, fields: Mapping[str, str], size: int) -> bool:
    if isinstance(condition, dict):
        return all(fields.get(name.lower()) == value for name, value in condition.items())
    kind, name, value = condition
    if kind == "content-length-range":
        return bool(name <= size <= value)
    field = fields.get(name.removeprefix("$").lower(), "")
    return field == value if kind == "eq" else kind == "starts-with" and field.startswith(value)


def _canonical(environ: WSGIEnvironment, query: str, headers: str, payload_hash: str) -> str:
    """Return the text that a request's signature is of, all but its date."""
    pairs = sorted(each.partition("=")[::2] for each in query.split("&") if each)
    lines = [f"{name}:{' '.join(_header(environ, name).split())}" for name in headers.split(";")]
    path = environ["RAW_URI"].partition("?")[0]
    asked = "&".join(f"{name}={value}" for name, value in pairs)
    return "\n".join((environ["REQUEST_METHOD"], path, asked, *lines, "", headers, payload_hash))


def _header(environ: WSGIEnvironment, name: str) -> str:
    variable = name.upper().replace("-", "_")
    value: str = environ[variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}"]
    return value


def _of_request(canonical: str, claimed: str, stamp: str, credential: Credential) -> str:
    scope = claimed.partition("/")[2]
    digest = hashlib.sha256(canonical.encode("latin-1")).hexdigest()
    return _sign(_key(credential, claimed), "\n".join((ALGORITHM, stamp, scope, digest)))


@functools.lru_cache(maxsize=64)
def _key(credential: Credential, claimed: str) -> bytes:
    """Return the key that signs for a scope. Raises ValueError for one of another credential."""
    key_id, *scope = claimed.split("/")
    if key_id != credential.key_id or len(scope) != 4:  # date, region, service, "aws4_request"
        message = "another access key"
        raise ValueError(message)
    key = b"AWS4" + credential.secret.encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _sign(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()


def _body(environ: WSGIEnvironment) -> bytes:
    stream = environ["wsgi.input"]
    body: bytes = stream.read()
    stream.seek(0)
    return body
