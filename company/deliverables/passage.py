"""New lines for a few lines of one file, those where a fault was seen.

A small model that is shown a whole file writes it again as it stands, fault and all; shown the few lines
alone, it mends them.
"""

from collections.abc import Mapping
from typing import Any, Self

from company.deliverables.fences import fences
from company.deliverables.kind import (
    Bounds,
    DeliverableKind,
    Delivery,
    Lines,
    Memory,
    Origin,
    Unreadable,
)
from phases.yields import PassageYield

MOST_FOR_ONE = 5
"""How many new lines there may be for an old one: more of them is another file."""
NO_BLOCK = "Your reply holds no block. Write the new lines in a block, and nothing else."
TOO_MUCH = (
    "Your block has {lines} lines. Write only what is to stand in the place of the {old} lines you were"
    " shown; the rest of the file stays."
)


class Passage(DeliverableKind):
    """The lines that are to stand in the place of others."""

    does = "mends the lines where a fault was seen"

    def __init__(self, _: PassageYield, passage: Lines | None = None) -> None:
        self._passage = passage

    def within(self, bounds: Bounds) -> Self:
        """The lines in which the fault of this place is."""
        return type(self)(PassageYield(), bounds.passage)

    def instructions(self, example: str | None = None) -> str:
        return "Reply with the new lines only, in one block."

    def read(self, reply: str, current: Mapping[str, str], accepted: bool = False) -> Delivery:
        passage = self._passage
        blocks = fences(reply)
        if passage is None or not blocks:
            raise Unreadable(NO_BLOCK, nothing=True)
        new = blocks[0].body.strip("\n").split("\n")
        if len(new) > MOST_FOR_ONE * passage.length:
            raise Unreadable(TOO_MUCH.format(lines=len(new), old=passage.length))
        # Of the file as it was shown: one that was sent back may have other lines there.
        lines = passage.text.split("\n")
        old = lines[passage.first - 1 : passage.last]
        lines[passage.first - 1 : passage.last] = _indented_as(new, old)
        return Delivery("passage", files={passage.path: "\n".join(lines)})

    def changes_nothing(self, delivery: Delivery, current: Mapping[str, str]) -> bool:
        return all(current.get(path) == text for path, text in delivery.files.items())

    def describe(self, delivery: Delivery) -> dict[str, Any]:
        return {"files": tuple(sorted(delivery.files))}

    def apply(self, delivery: Delivery, origin: Origin, memory: Memory) -> Mapping[str, str]:
        return delivery.files


def _indented_as(new: list[str], old: list[str]) -> list[str]:
    """The new lines as deep as the old ones; models often write a passage from the margin."""
    missing = _indent(old).removeprefix(_indent(new))
    return [missing + line if line.strip() else line for line in new]


def _indent(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return first[: len(first) - len(first.lstrip())]
