"""Where a deployment's parts are, from environment variables: the same names on Lambda, Fargate and one machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of the AWS resources. Region, credentials and endpoints are boto3's own variables (AWS_*)."""

    jobs_table: str
    keys_table: str
    bucket: str
    queue_url_prefix: str  # + "<language>-<network mode>", and + "launch"
    sync_wait_seconds: float = 25  # API Gateway hangs up after 29

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read them all. Raises KeyError naming the first that is missing."""
        return cls(
            jobs_table=environment["JOBS_TABLE"],
            keys_table=environment["KEYS_TABLE"],
            bucket=environment["BUCKET"],
            queue_url_prefix=environment["QUEUE_URL_PREFIX"],
            sync_wait_seconds=float(environment.get("SYNC_WAIT_SECONDS", "25")),
        )

    def environment(self) -> dict[str, str]:
        """Return the variables that `from_environment` reads."""
        return {
            "JOBS_TABLE": self.jobs_table,
            "KEYS_TABLE": self.keys_table,
            "BUCKET": self.bucket,
            "QUEUE_URL_PREFIX": self.queue_url_prefix,
            "SYNC_WAIT_SECONDS": str(self.sync_wait_seconds),
        }
