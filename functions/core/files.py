"""FileStore: S3 for what is too big for a DynamoDB item. Objects expire after a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

URL_SECONDS = 3600


class FileStore:
    """Objects under payloads/ (submissions, read by workers) and results/ (written by workers)."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, content: bytes) -> None:
        """Write an object, replacing any of that key."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        """Return an object's bytes."""
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def delete(self, key: str) -> None:
        """Remove an object; none of that key is no error."""
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def url(self, key: str) -> str:
        """Return a presigned URL that reads the object for an hour."""
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=URL_SECONDS
        )
