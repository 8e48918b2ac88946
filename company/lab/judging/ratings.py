"""What people said of pairs of programs: a line each, in the order in which they said it."""

import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from company.lab.analysis.preference import NEITHER, OURS, THEIRS
from company.lab.execution.folder import LabFolder
from company.lab.judging.judges import place_of
from company.lab.judging.pairs import Pair
from warehouse.plain_file import open_plain_file, read_plain_file

RATINGS = "ratings.jsonl"
LARGEST = 1 << 26
"""Bytes that are read of it."""


class Rating(msgspec.Struct, frozen=True):
    """A line."""

    pair: str
    better: int
    """1 for the condition's program, -1 for the baseline's, 0 for none of them."""
    by: str = ""
    at: str = ""


class Rater:
    """A person who rates the pairs of an experiment, each once, in an order and with sides of their own."""

    def __init__(self, folder: LabFolder, name: str, pairs: Sequence[Pair]) -> None:
        """Raises ConfigurationError where nothing can be kept for a person of this name."""
        self.name = name
        self._place = place_of(folder, "people", name)
        self._rated = {rating.pair for rating in ratings_in(self._place)}
        self._pairs = sorted((pair for pair in pairs if not pair.is_same), key=self._mixed)

    @property
    def pairs(self) -> int:
        """How many there are to rate."""
        return len(self._pairs)

    @property
    def rated(self) -> int:
        """How many of them are rated."""
        return sum(pair.id in self._rated for pair in self._pairs)

    def next(self) -> Pair | None:
        """The next to rate; None when all are."""
        return next((pair for pair in self._pairs if pair.id not in self._rated), None)

    def is_swapped(self, pair: Pair) -> bool:
        """Whether the baseline's program is shown first: by the person and the pair alone."""
        return self._mixed(pair)[0] % 2 == 1

    def rate(self, pair: str, choice: str) -> None:
        """Keep that of a pair, known by its id, `first`, `second` or `neither` was preferred. What is rated
        already stays, and what is none of these is left. Raises OSError."""
        chosen = {"first": OURS, "second": THEIRS, "neither": NEITHER}.get(choice)
        known = next((each for each in self._pairs if each.id == pair), None)
        if chosen is None or known is None or pair in self._rated:
            return
        better = -chosen if self.is_swapped(known) else chosen
        at = datetime.now(UTC).isoformat(timespec="seconds")
        _append(self._place / RATINGS, msgspec.json.encode(Rating(pair, better, self.name, at)))
        self._rated.add(pair)

    def _mixed(self, pair: Pair) -> bytes:
        return hashlib.sha256(f"{self.name}\0{pair.id}".encode()).digest()


def ratings_in(place: Path) -> list[Rating]:
    """What the person of this folder said, each pair once; what is no rating, such as a line that a crash cut off,
    is left out."""
    ratings: dict[str, Rating] = {}
    for line in (read_plain_file(place / RATINGS, LARGEST) or b"").splitlines():
        try:
            rating = msgspec.json.decode(line, type=Rating)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        if rating.better in (OURS, THEIRS, NEITHER):
            ratings.setdefault(rating.pair, rating)
    return list(ratings.values())


def _append(path: Path, line: bytes) -> None:
    """Write a line of its own, whatever a crash has left before it."""
    descriptor = open_plain_file(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    with os.fdopen(descriptor, "rb+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        torn = b"\n" if size and file.read(1) != b"\n" else b""
        file.write(torn + line + b"\n")
        os.fsync(file.fileno())
