"""A stream is cut between characters, wherever its limit, its program's end or a look at it falls."""

from __future__ import annotations

import pytest

from runtime_images.worker.output import tail, text
from runtime_images.worker.sandbox.contract import Output

CHARACTERS = ["a", "ü", "世", "🌍"]
WIDE = "aü世🌍" * 3


def output(data: bytes, limit: int = 100) -> Output:
    stream = Output(limit)
    stream.feed(data)
    return stream


@pytest.mark.parametrize("limit", range(len(WIDE.encode())))
def test_at_its_limit(limit: int) -> None:
    kept = text(output(WIDE.encode(), limit), ended=True)
    assert WIDE.startswith(kept)
    assert limit - len(kept.encode()) < 4


@pytest.mark.parametrize("size", range(1, len(WIDE.encode()) + 2))
def test_a_look_at_its_tail(size: int) -> None:
    for end in range(len(WIDE.encode()) + 1):
        so_far = WIDE.encode()[:end]
        seen = tail(output(so_far), size)
        assert seen.decode() in WIDE
        assert seen in so_far[-size:]
        assert min(size, end) - len(seen) < 7


@pytest.mark.parametrize("character", CHARACTERS)
def test_where_its_program_was_ended(character: str) -> None:
    for end in range(1, len(character.encode())):
        assert text(output(b"x" + character.encode()[:end]), ended=False) == "x"
    assert text(output(b"x" + character.encode()), ended=False) == "x" + character


def test_what_is_no_utf_8_stays_to_be_seen() -> None:
    latin = "Grüße".encode("latin-1")
    assert text(output(latin), ended=True) == "Gr\ufffd\ufffde"
    assert text(output(latin, 4), ended=True) == "Gr\ufffd", "what could begin a character is cut, no more"
    assert text(output(b"\xe4\xb8"), ended=True) == "\ufffd", "its program wrote no more"
    assert tail(output(b"\x80" * 9), 8) == b"\x80" * 5
    assert tail(output(b""), 8) == b""
