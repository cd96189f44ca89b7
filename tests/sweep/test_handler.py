from __future__ import annotations

from functions.core.sweeper import RESEND_SECONDS
from functions.sweep.app import handler
from tests.aws import cloud
from tests.core.test_store import put


def test_the_handler_sends_a_stale_job_again() -> None:
    with cloud() as aws:
        put(aws, "fresh")
        put(aws, "stale", age_ms=(RESEND_SECONDS + 1) * 1000)
        assert handler({}) == {"helped": 1}
        assert aws.messages("python-zerotrust") == 1
