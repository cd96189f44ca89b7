"""The channel between the service and its workers: packets stay whole, and a hostile end harms nobody."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from functions.embedded import channel
from functions.embedded.channel import INLINE_BYTES, Channel, ChannelClosedError, MalformedError


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel, socket.socket]]:
    """Both ends, and the socket of the first."""
    one, other = channel.pair()
    with one, other:
        yield Channel(one), Channel(other), one


Ends = tuple[Channel, Channel, socket.socket]


@pytest.mark.parametrize("size", [0, 1, INLINE_BYTES, INLINE_BYTES + 1, 5_000_000])
def test_a_packet_arrives_as_it_was_sent(ends: Ends, size: int) -> None:
    body = os.urandom(size)
    ends[0].send({"op": "end", "text": "ä\n"}, body)
    assert ends[1].receive() == ({"op": "end", "text": "ä\n"}, body)


def test_packets_keep_their_order_and_bounds(ends: Ends) -> None:
    for number in range(3):
        ends[0].send({"op": number}, b"x" * number)
    assert [ends[1].receive() for _ in range(3)] == [({"op": number}, b"x" * number) for number in range(3)]


def test_nothing_is_told_when_nothing_comes(ends: Ends) -> None:
    assert ends[1].receive(0) is None


def test_the_others_end_is_told_to_both_sides(ends: Ends) -> None:
    ends[0].close()
    with pytest.raises(ChannelClosedError):
        ends[1].receive()
    with pytest.raises(ChannelClosedError):
        ends[1].send({"op": "ready"})


def test_what_was_sent_before_the_end_still_arrives(ends: Ends) -> None:
    ends[0].send({"op": "end"}, b"r" * (INLINE_BYTES + 1))
    ends[0].close()
    assert ends[1].receive() == ({"op": "end"}, b"r" * (INLINE_BYTES + 1))


def test_a_reader_that_does_not_read_is_an_error_for_who_may_not_wait(ends: Ends) -> None:
    with pytest.raises(ChannelClosedError):
        for _ in range(10_000):
            ends[0].send({"op": "beat"}, b"x" * 1000, wait=False)


@pytest.mark.parametrize("data", [b"\0\0\0\2{]", b"\0\0\0\2[]", b"\0\0\0\x09{}", b"\0"])
def test_what_is_no_packet_is_refused(ends: Ends, data: bytes) -> None:
    ends[2].send(data)
    if data == b"\0\0\0\x09{}":  # a length beyond the packet's end reads what there is
        assert ends[1].receive() == ({}, b"")
        return
    with pytest.raises(MalformedError):
        ends[1].receive()


def test_a_body_that_its_sender_can_change_is_refused(ends: Ends) -> None:
    descriptor = os.memfd_create("body", os.MFD_ALLOW_SEALING)
    os.write(descriptor, b"now this, then that")
    socket.send_fds(ends[2], [b"\0\0\0\2{}"], [descriptor])
    os.close(descriptor)
    with pytest.raises(MalformedError):
        ends[1].receive()


def test_no_descriptor_stays_open_whatever_comes(ends: Ends) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    descriptor = os.memfd_create("body")
    socket.send_fds(ends[2], [b"\0\0\0\2{}"], [descriptor, descriptor, descriptor])
    os.close(descriptor)
    with pytest.raises(MalformedError):
        ends[1].receive()
    ends[0].send({"op": "end"}, b"x" * (INLINE_BYTES + 1))
    ends[1].receive()
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
