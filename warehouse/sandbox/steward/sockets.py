"""What the kernel keeps for the sockets of this network namespace, as it tells `ss` by netlink."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from pathlib import Path

from .stopped import programs_stopped

NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, DUMP, DONE, ERROR = 4, 20, 0x301, 3, 2
EVERY_STATE = 0xFFFFFFFF
UNIX_MEMORY, INET_MEMORY = 5, 7
"""The attributes in which the memory of a socket comes."""
UNIX_SHOW_MEMORY = 0x20
UNIX_HEAD, INET_HEAD = 16, 72
MEMORY = struct.Struct("=8I")
"""Received, its bound, sent, its bound, ahead, queued, options, backlog: all in bytes."""
CHUNK = 1024 * 1024
COUNTS = 3
"""Before anything is stopped: what a program notices of it shall be rare."""


class Sockets:
    """Counts them, those that are closed but not yet empty among them."""

    def __init__(self) -> None:
        self._kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)
        self._largest = 2 * _send_buffer_bound()

    def memory(self, bound: int) -> int:
        """In bytes. Of those the kernel does not list, each is taken for the largest.

        What was made or closed during the count looks like that too, so more than `bound` is said
        only of programs that stood still.
        """
        for _ in range(COUNTS):
            if (memory := self._count()) <= bound:
                return memory
        with programs_stopped():
            return self._count()

    def _count(self) -> int:
        """Where sockets come and go it is rather too much: a storm of them shall hide nothing."""
        before = _in_use()
        listed = list(self._listed())
        unlisted = max(0, max(before, _in_use()) - len(listed) - 1)  # and our own
        return sum(listed) + unlisted * self._largest

    def _listed(self) -> Iterator[int]:
        unix = struct.pack(
            "=BBHIIIII", socket.AF_UNIX, 0, 0, EVERY_STATE, 0, UNIX_SHOW_MEMORY, 0, 0
        )
        yield from self._dump(unix, UNIX_HEAD, UNIX_MEMORY)
        for family in (socket.AF_INET, socket.AF_INET6):
            for protocol in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
                wanted = 1 << INET_MEMORY - 1
                inet = struct.pack("=BBBxI48x", family, protocol, wanted, EVERY_STATE)
                yield from self._dump(inet, INET_HEAD, INET_MEMORY)

    def _dump(self, question: bytes, head: int, attribute: int) -> Iterator[int]:
        """The memory of each socket in the kernel's answer."""
        size = 16 + len(question)
        self._kernel.send(struct.pack("=IHHII", size, SOCK_DIAG_BY_FAMILY, DUMP, 0, 0) + question)
        while True:
            data = memoryview(self._kernel.recv(CHUNK))
            while data:
                length, kind = struct.unpack_from("=IH", data)
                if kind in (DONE, ERROR):
                    return
                yield from _memory_in(data[16 + head : length], attribute)
                data = data[_aligned(length) :]


def _memory_in(attributes: memoryview, wanted: int) -> Iterator[int]:
    """None for a connection that has ended and is only remembered."""
    while len(attributes) >= 4:
        length, kind = struct.unpack_from("=HH", attributes)
        if kind == wanted:
            received, _, sent, _, ahead, queued, options, backlog = MEMORY.unpack_from(
                attributes, 4
            )
            yield received + max(sent, queued) + ahead + options + backlog
        attributes = attributes[max(4, _aligned(length)) :]


def _aligned(length: int) -> int:
    return (length + 3) & ~3


def _in_use() -> int:
    """Sockets of every family in this namespace."""
    first = Path("/proc/net/sockstat").read_text().partition("\n")[0]
    return int(first.rpartition(" ")[2])


def _send_buffer_bound() -> int:
    """The most that a program can have a socket keep unread."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
        return one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
