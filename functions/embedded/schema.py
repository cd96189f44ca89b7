"""The database's schema, as the migrations that led to it: a released one is never changed, a new one is added.

Times are unix milliseconds. A row of `jobs` is one job, and active while it has no `completed_ms`:
    sent_ms             when its pool was last told of it
    attempts            how often a worker has claimed it
    payload             JSON of the Submission, or with `payload_file` where it lies; until the job ends
    result              JSON of the result as the customer receives it, or with `result_file` where it lies
    webhook             JSON of the Delivery, where it has one
    webhook_due_ms      of the next try to deliver it, which begins when the job has ended; NULL where none is to come
A row of `keys` is one keys.Key under the hash of its secret. A row of `signatures` is a signature that was used, of a
key that takes one job for each. A row of `inputs` is what an active job was sent at an offset of its input: nothing
at -1, which says that it takes some, and NULL at the end.
"""

from __future__ import annotations

from typing import Final

MIGRATIONS: Final = (
    """
    CREATE TABLE jobs (
        job_id TEXT NOT NULL PRIMARY KEY,
        owner TEXT NOT NULL,
        status TEXT NOT NULL,
        language TEXT NOT NULL,
        network_mode TEXT NOT NULL,
        detected_language TEXT,
        fingerprint TEXT,
        created_ms INTEGER NOT NULL,
        sent_ms INTEGER NOT NULL,
        started_ms INTEGER,
        completed_ms INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        payload_file TEXT,
        result_file TEXT,
        payload BLOB,
        result BLOB
    ) STRICT;
    CREATE INDEX active_jobs ON jobs (owner, created_ms) WHERE completed_ms IS NULL;
    CREATE INDEX ended_jobs ON jobs (completed_ms) WHERE completed_ms IS NOT NULL;
    CREATE TABLE keys (
        secret_hash TEXT NOT NULL PRIMARY KEY,
        public_key TEXT NOT NULL,
        name TEXT NOT NULL,
        tier TEXT NOT NULL,
        status TEXT NOT NULL,
        expires_at INTEGER,
        rate_per_minute INTEGER NOT NULL,
        burst INTEGER NOT NULL,
        concurrency INTEGER NOT NULL
    ) STRICT;
    """,
    """
    ALTER TABLE keys ADD COLUMN one_job_per_signature INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE signatures (signature TEXT NOT NULL PRIMARY KEY, until_ms INTEGER NOT NULL) STRICT;
    """,
    "ALTER TABLE jobs ADD COLUMN request_id TEXT",
    """
    ALTER TABLE jobs ADD COLUMN webhook TEXT;
    ALTER TABLE jobs ADD COLUMN webhook_due_ms INTEGER;
    CREATE INDEX due_webhooks ON jobs (owner, webhook_due_ms)
        WHERE webhook_due_ms IS NOT NULL AND completed_ms IS NOT NULL;
    ALTER TABLE keys ADD COLUMN webhook TEXT;
    """,
    """
    CREATE TABLE inputs (
        job_id TEXT NOT NULL,
        offset INTEGER NOT NULL,
        data BLOB,
        PRIMARY KEY (job_id, offset)
    ) STRICT, WITHOUT ROWID;
    """,
)


def statements(script: str) -> list[str]:
    """Return the statements of a migration, one by one; none has a semicolon of its own."""
    return [statement.strip() for statement in script.split(";") if statement.strip()]
