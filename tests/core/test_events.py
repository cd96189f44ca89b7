from __future__ import annotations

import pytest

from functions.core.events import PART_BYTES, Position, ended, whole_characters

RESULT = {"stdout": "\u20ac" * PART_BYTES, "stderr": "", "status": "completed"}


@pytest.mark.parametrize("position", [Position(), Position(3, 99_999_999, "running"), Position(0, 0, "end")])
def test_a_position_is_what_its_id_says(position: Position) -> None:
    assert Position.parse(str(position)) == position


@pytest.mark.parametrize(
    "text", ["", "1", "1-2", "1-2-", "1-2-done", "-1-2-new", "1-2-new\n", "\u0661-2-new", "1" * 9 + "-0-new"]
)
def test_what_is_no_id(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        Position.parse(text)


@pytest.mark.parametrize("offset", [0, 1, 2, 3, PART_BYTES, 3 * PART_BYTES - 1, 3 * PART_BYTES, 90_000_000])
def test_the_rest_of_a_result_is_told_from_any_offset_on(offset: int) -> None:
    events = ended(RESULT, Position(offset, 0, "running"))
    told = b"".join(event.frame() for event in events)
    assert events[-1].name == "result"
    assert events[-1].position.status == "end"
    assert events[-1].position.stdout == max(offset, 3 * PART_BYTES)
    assert told.count(b"\n\n") == len(events)
    assert told.endswith(b"\n\n")


def test_a_part_ends_with_a_whole_character() -> None:
    text = "a\u00e4\u20ac\U0001f600".encode()
    assert [len(whole_characters(text[:size])) for size in range(len(text) + 1)] == [0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10]
