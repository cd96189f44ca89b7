"""S3FileStore: S3 for what is too big for a DynamoDB item. Objects expire after a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.aws.errors import adapter

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

URL_SECONDS = 3600
MISSING = ("NoSuchKey", "AccessDenied")  # the latter to a role that may not list the bucket: S3's own rule


@adapter
class S3FileStore:
    """Objects under payloads/ (submissions, for workers), results/ (of workers) and uploads/ (of customers)."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, content: bytes) -> None:
        """Write an object, replacing any of that key."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        """Return an object's bytes."""
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def get_at_most(self, key: str, size: int) -> bytes | None:
        """Return an object's bytes, or None when there is none. Raises OverflowError for one of more than `size`."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=key)
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise
        with found["Body"] as body:
            if found["ContentLength"] > size:
                raise OverflowError
            return body.read()

    def delete(self, key: str) -> None:
        """Remove an object; none of that key is no error."""
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def url(self, key: str) -> str:
        """Return a presigned URL that reads the object for an hour."""
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=URL_SECONDS
        )

    def form(self, key: str, size: int, seconds: int) -> tuple[str, dict[str, str]]:
        """Return the URL and the fields of a form that, for so long, uploads an object of at most `size` bytes."""
        form = self._client.generate_presigned_post(
            self._bucket, key, Conditions=[["content-length-range", 0, size]], ExpiresIn=seconds
        )
        return form["url"], form["fields"]
