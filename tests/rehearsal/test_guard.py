"""moto's port and the rehearsal's API serve their own programs, and no web page that is open beside them."""

from __future__ import annotations

import http.client
import json
import stat
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from functions.aws import clients as aws
from functions.aws.files import S3FileStore
from infra.rehearsal import moto_aws, signature
from infra.rehearsal.credential import Credential
from infra.rehearsal.moto_process import MotoProcess
from tests.client import Client
from tests.conftest import LocalService
from tests.multipart import post_form

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BUCKET = moto_aws.PREFIX + "files"
TABLE = moto_aws.PREFIX + "jobs"
ATTACKER = "attacker.example"
SCAN = json.dumps({"TableName": TABLE}).encode()
JSON = "application/x-amz-json-1.0"


class Moto:
    """A running one, and the credential that it asks for."""

    def __init__(self) -> None:
        self.process = MotoProcess()
        self.credential = self.process.credential
        self.endpoint = self.process.endpoint()
        self.host = urlsplit(self.endpoint).netloc

    @contextmanager
    def with_credential(self, credential: Credential | None = None) -> Iterator[None]:
        variables = moto_aws.environment(self.endpoint, credential or self.credential)
        with moto_aws.used(variables):
            yield

    def dynamodb(self, credential: Credential) -> DynamoDBClient:
        with self.with_credential(credential):
            return aws.dynamodb()

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request with these headers and no others than its length; Host as given, or none."""
        line = http.client.HTTPConnection(self.host, timeout=10)
        line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            line.putheader(name.replace("_", "-"), value)
        line.endheaders(body)
        answer = line.getresponse()
        try:
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            line.close()

    def signed_scan(self, host: str | None = None, credential: Credential | None = None) -> dict[str, str]:
        """Return the headers of a signed request for all jobs, addressed to a host."""
        held = credential or self.credential
        headers = {"Host": host or self.host, "X-Amz-Target": "DynamoDB_20120810.Scan", "Content-Type": JSON}
        request = AWSRequest("POST", f"http://{host or self.host}/", headers, SCAN)
        SigV4Auth(Credentials(held.key_id, held.secret), "dynamodb", moto_aws.REGION).add_auth(request)
        return dict(request.headers.items())


@pytest.fixture(scope="module")
def moto() -> Iterator[Moto]:
    running = Moto()
    with running.with_credential():
        moto_aws.create_resources([])
        aws.dynamodb().put_item(TableName=TABLE, Item={"job_id": {"S": "secret"}})
    yield running
    running.process.stop()


@pytest.fixture
def files(moto: Moto) -> Iterator[S3FileStore]:
    with moto.with_credential():
        yield S3FileStore(aws.s3(), BUCKET)


def test_its_own_programs_are_served(moto: Moto) -> None:
    status, headers, body = moto.ask("POST", "/", SCAN, **moto.signed_scan())
    assert (status, json.loads(body)["Count"]) == (200, 1)
    assert not [name for name in headers if name.lower().startswith("access-control")]


def test_a_request_that_is_not_signed_is_refused(moto: Moto) -> None:
    headers = moto.signed_scan()
    del headers["Authorization"]
    status, _, body = moto.ask("POST", "/", SCAN, **headers)
    assert (status, b"secret" in body) == (403, False)


@pytest.mark.parametrize(
    "path", ["/moto-api/reset", "/moto-api/data.json", f"/{BUCKET}", f"/{BUCKET}/x", "/favicon.ico"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_open(moto: Moto, method: str, path: str) -> None:
    status, headers, _ = moto.ask(method, path, Host=moto.host)
    assert status == 403
    assert not [name for name in headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("changed", ["key_id", "secret"])
def test_another_credential_is_refused(moto: Moto, changed: str) -> None:
    parts = {"key_id": moto.credential.key_id, "secret": moto.credential.secret}
    wrong = Credential(**{**parts, changed: getattr(Credential.random(), changed)})
    client = moto.dynamodb(wrong)
    with pytest.raises(ClientError, match="403"):
        client.scan(TableName=TABLE)
    assert moto.ask("POST", "/", SCAN, **moto.signed_scan(credential=wrong))[0] == 403


def test_a_signature_is_of_its_request_alone(moto: Moto) -> None:
    headers = moto.signed_scan()
    other = json.dumps({"TableName": moto_aws.PREFIX + "keys"}).encode()
    assert moto.ask("POST", "/", other, **headers)[0] == 403
    assert moto.ask("POST", "/?x=1", SCAN, **headers)[0] == 403
    assert moto.ask("POST", "/", SCAN, **{**headers, "X-Amz-Target": "DynamoDB_20120810.DeleteTable"})[0] == 403
    assert moto.ask("POST", "/", SCAN, **headers)[0] == 200


@pytest.mark.parametrize("host", [ATTACKER, f"{ATTACKER}:{{port}}", "localhost.:{port}", "127.0.0.1:1", "127.0.0.1"])
def test_a_name_that_was_made_to_resolve_to_here_is_refused(moto: Moto, host: str) -> None:
    host = host.format(port=moto.host.rsplit(":", 1)[1])
    assert moto.ask("POST", "/", SCAN, **moto.signed_scan(host))[0] == 403


def test_a_request_without_a_host_is_refused(moto: Moto) -> None:
    headers = moto.signed_scan()
    del headers["Host"]
    assert moto.ask("POST", "/", SCAN, **headers)[0] == 403


@pytest.mark.parametrize("origin", [f"https://{ATTACKER}", "http://127.0.0.1:8787", "null"])
def test_a_web_page_is_refused_even_with_the_credential(moto: Moto, origin: str) -> None:
    status, headers, _ = moto.ask("POST", "/", SCAN, **moto.signed_scan(), Origin=origin)
    assert status == 403
    assert not [name for name in headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential={id}/a/b/c, SignedHeaders=host, Signature=00",
     "AWS {id}:c2lnbmF0dXJl", "AWS4-HMAC-SHA256 Credential={id}/20260101/us-east-1/dynamodb/aws4_request, "
     "SignedHeaders=none, Signature=00"],
)  # fmt: skip
def test_what_only_looks_like_a_signature_is_refused(moto: Moto, authorization: str) -> None:
    headers = {**moto.signed_scan(), "Authorization": authorization.format(id=moto.credential.key_id)}
    assert moto.ask("POST", "/", SCAN, **headers)[0] == 403


@pytest.mark.parametrize("key", ["results/a", "results/ä b+c%/~é"])
def test_a_presigned_url_reads_its_object_alone(moto: Moto, files: S3FileStore, key: str) -> None:
    files.put(key, b"content")
    files.put("results/b", b"another's")
    url = files.url(key)
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # moto's
        assert answer.read() == b"content"
    own = url.removeprefix(moto.endpoint)
    changed = {
        "another object": own.replace(own.partition("?")[0], f"/{BUCKET}/results/b"),
        "a longer time": own.replace("X-Amz-Expires=3600", "X-Amz-Expires=9999"),
        "no signature": own.partition("&X-Amz-Signature")[0],
    }
    for what, path in changed.items():
        status, _, body = moto.ask("GET", path, Host=moto.host)
        assert (status, b"another's" in body) == (403, False), what
    assert moto.ask("PUT", own, b"x", Host=moto.host)[0] == 403
    with moto.with_credential():
        old = aws.s3().generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=-1)
    assert moto.ask("GET", old.removeprefix(moto.endpoint), Host=moto.host)[0] == 403


def uploaded(moto: Moto, fields: Mapping[str, str], content: bytes = b"12345") -> int:
    return post_form(f"{moto.endpoint}/{BUCKET}", fields, content)


def test_a_form_uploads_what_it_says_alone(moto: Moto, files: S3FileStore) -> None:
    _, fields = files.form("uploads/me/1", 5, 60)
    assert uploaded(moto, fields) == 204
    assert files.get("uploads/me/1") == b"12345"
    assert uploaded(moto, fields, b"123456") == 403, "too large"
    assert uploaded(moto, {**fields, "key": "results/victim"}) == 403
    assert uploaded(moto, {**fields, "policy": files.form("results/victim", 5, 60)[1]["policy"]}) == 403
    without = {name: value for name, value in fields.items() if name != "x-amz-signature"}
    assert uploaded(moto, without) == 403
    assert uploaded(moto, files.form("uploads/me/1", 5, -1)[1]) == 403, "its time is over"


def test_objects_are_written_and_listed_as_s3_signs_it(files: S3FileStore) -> None:
    for key in ("payloads/a b", "payloads/ü", "payloads/x+y=z"):
        files.put(key, key.encode())
        assert files.get(key) == key.encode()
        files.delete(key)
    assert "Contents" not in aws.s3().list_objects_v2(Bucket=BUCKET, Prefix="payloads/ ü&+")


def test_keys_are_derived_once() -> None:
    credential = Credential.random()
    scope = f"{credential.key_id}/20260101/us-east-1/s3/aws4_request"
    assert signature._key(credential, scope) is signature._key(credential, scope)


def test_the_credential_is_random_and_in_a_file_of_the_users_own(rehearsal: LocalService) -> None:
    path = rehearsal.state / "aws.env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    variables = dict(line.split("=", 1) for line in path.read_text().splitlines())
    assert len(variables["AWS_SECRET_ACCESS_KEY"]) == 64
    assert variables["AWS_SECRET_ACCESS_KEY"] not in rehearsal.greeting
    with moto_aws.used(variables):
        assert aws.dynamodb().list_tables()["TableNames"]


API_REFUSED: dict[str, dict[str, str]] = {
    "a name that was made to resolve to here": {"Host": ATTACKER},
    "with the right port": {"Host": f"{ATTACKER}:{{port}}"},
    "what is no host": {"Host": "[::1"},
    "another site's page": {"Origin": f"https://{ATTACKER}"},
    "another service's page": {"Origin": "http://127.0.0.1:1"},
    "what is no origin": {"Origin": "http://[::1"},
    "a page of no site": {"Origin": "null"},
}


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
@pytest.mark.parametrize("case", API_REFUSED)
def test_the_api_refuses_other_sites_pages(rehearsal: LocalService, method: str, case: str) -> None:
    port = rehearsal.base_url.rsplit(":", 1)[1]
    headers = {name: value.format(port=port) for name, value in API_REFUSED[case].items()}
    answer = rehearsal.client.request(method, "/jobs", None, headers)
    assert (answer.status, answer.json["error"]) == (403, "forbidden")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_the_api_serves_its_own_page_and_programs(rehearsal: LocalService, host: str) -> None:
    address = f"{host}:{rehearsal.base_url.rsplit(':', 1)[1]}"
    client = Client(rehearsal.base_url, rehearsal.secret)
    for headers in ({"Host": address}, {"Host": address, "Origin": f"http://{address}"}):
        answer: Any = client.request("GET", "/jobs", None, headers)
        assert answer.status == 200, answer.text
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
