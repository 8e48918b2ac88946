"""Output of any length in memory of bounded length."""

from __future__ import annotations

CHUNK = 65536


class Clipped:
    """The beginning and the end of a stream, at most `limit` bytes, whatever its length."""

    def __init__(self, limit: int) -> None:
        self.head_limit, self.tail_limit = limit - limit // 2, limit // 2
        self.head, self.tail, self.seen = bytearray(), bytearray(), 0

    def add(self, data: bytes) -> None:
        self.seen += len(data)
        room = self.head_limit - len(self.head)
        self.head += data[:room]
        self.tail += data[room:] if room > 0 else data
        if len(self.tail) > 2 * self.tail_limit + CHUNK:
            self._trim()

    def _trim(self) -> None:
        if len(self.tail) > self.tail_limit:
            del self.tail[: len(self.tail) - self.tail_limit]

    def finish(self) -> tuple[bytes, bool]:
        self._trim()
        left_out = self.seen - len(self.head) - len(self.tail)
        if not left_out:
            return bytes(self.head + self.tail), False
        mark = b"\n[... %d bytes left out ...]\n" % left_out
        return bytes(self.head) + mark + bytes(self.tail), True
