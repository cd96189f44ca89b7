"""The local service's webhooks: they outlive its death, and by default reach nothing of this machine."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from tests.conftest import serving
from tests.local.test_restart import kill_all
from tests.receiver import answer, receiving

OPEN = ("--workers", "1", "--webhook-http", "--webhook-private")


def test_what_wasnt_told_is_told_after_the_death_of_everything(tmp_path: Path) -> None:
    """One whose receiver failed, one in the middle of its try, one whose job ran, and one whose job waited."""
    state = tmp_path / "state"
    with receiving() as receiver, receiving() as hanging:
        receiver.behaviour = answer(500)
        hanging.behaviours = [hanging.hang]
        with serving(state, *OPEN) as first:
            failed = first.client.submit("bash", "echo failed", webhook={"url": receiver.url})
            first.client.until(failed, lambda job: job["webhook"]["attempts"] == 1)
            middle = first.client.submit("bash", "echo middle", webhook={"url": hanging.url})
            hanging.wait()
            receiver.behaviour = answer(204)
            running = first.client.submit("bash", "echo begun; sleep 60", webhook={"url": receiver.url})
            first.client.until(running, lambda job: job.get("partial", {}).get("stdout"))
            pending = first.client.submit("bash", "echo waited", webhook={"url": receiver.url})
            kill_all(first)
        told = len(receiver.received)
        with serving(state, *OPEN) as second:
            for job_id in (failed, middle, running, pending):
                second.client.until(job_id, lambda job: job["webhook"]["status"] == "delivered")
            assert [each.json["job_id"] for each in hanging.received] == [middle, middle]
            assert len({each.headers["webhook-id"] for each in hanging.received}) == 1
            later = {each.json["job_id"]: each.json for each in receiver.received[told:]}
            assert set(later) == {failed, running, pending}
            assert later[running]["result"]["error"].startswith("platform:")
            assert later[pending]["result"]["stdout"] == "waited\n"


def test_the_end_of_the_service_waits_for_no_receiver(tmp_path: Path) -> None:
    with receiving() as receiver, serving(tmp_path / "state", *OPEN) as service:
        receiver.behaviour = receiver.hang
        service.client.submit("bash", "echo told", webhook={"url": receiver.url})
        receiver.wait()
        assert service.stop(signal.SIGTERM) == 0  # within ten seconds, or `stop` fails


def test_by_default_nothing_of_this_machine_is_reached(tmp_path: Path) -> None:
    with receiving() as receiver, serving(tmp_path / "state", "--workers", "1", "--webhook-http") as service:
        port = receiver.url.rsplit(":", 1)[1]
        refused = service.client.post(
            "/execute/async", {"language": "bash", "code": "echo 1", "webhook": {"url": receiver.url}}
        )
        assert (refused.status, refused.json["details"][0]["field"]) == (422, "webhook.url")
        for host in ("localhost", socket.gethostname(), "0x7f000001"):
            job_id = service.client.submit("bash", "echo 1", webhook={"url": f"http://{host}:{port}/"})
            job = service.client.until(job_id, lambda job: job["webhook"]["attempts"])
            assert job["webhook"]["error"].startswith(("refused: ", "no connection: Name")), job
            assert job["webhook"]["response_status"] is None
        assert receiver.received == []


def test_no_secret_and_no_url_is_in_the_log_or_readable_in_the_database(tmp_path: Path) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    state = tmp_path / "state"
    with receiving() as receiver, serving(state, *OPEN) as service:
        receiver.behaviour = answer(500)
        url = f"{receiver.url}/?token=in-the-url"
        job_id = service.client.submit("bash", "echo 1", webhook={"url": url, "secret": secret})
        assert receiver.wait()[0].verified(secret)
        service.client.until(job_id, lambda job: job["webhook"]["attempts"] == 1)
        kept = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
        assert secret.removeprefix("whsec_").encode() not in kept
    log = (tmp_path / "state.log").read_text()
    assert secret.removeprefix("whsec_") not in log
    assert "in-the-url" not in log
