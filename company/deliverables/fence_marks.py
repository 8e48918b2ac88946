"""The lines of a reply that may open a fenced block, or close one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from company.deliverables.edits import edited_lines

_FENCE = re.compile(
    r"(?P<indent>[ \t]*+)(?P<bullet>(?:(?:[-*+]|\d{1,3}[.)])[ \t]++)?)(?P<marker>`{3,}|~{3,})(?P<info>.*)"
)
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A fence; `info` is what stands behind it, `listed` that it follows a bullet."""

    indent: int
    character: str
    length: int
    info: str
    listed: bool

    def fits(self, opening: "Mark") -> bool:
        """Whether it is of the kind that can close what `opening` opens."""
        return self.character == opening.character and self.length >= opening.length

    @property
    def is_unusual(self) -> bool:
        """Whether it is no ```."""
        return self.length > _SHORTEST or self.character == "~"

    def closes(self, opening: "Mark") -> bool:
        """Whether it says no more than the end of what `opening` opens."""
        return self.fits(opening) and not self.info and not self.listed


def marks_of(lines: Sequence[str]) -> list[Mark | None]:
    """The mark of each line; None where there is none, or where it stands inside of an edit."""
    edited = edited_lines(lines)
    return [None if at in edited else _mark(line) for at, line in enumerate(lines)]


def _mark(line: str) -> Mark | None:
    match = _FENCE.fullmatch(line)
    if match is None or ("`" in match["info"] and match["marker"][0] == "`"):
        return None
    indent = len((match["indent"] + match["bullet"]).expandtabs(4))
    marker = match["marker"]
    return Mark(indent, marker[0], len(marker), match["info"].strip(), bool(match["bullet"]))


def dedented(body: Sequence[str], indent: int) -> list[str]:
    """The lines without the fence's own indentation, as far as all of them share it."""
    split = [(line[: len(line) - len(line.lstrip(" \t"))], line.lstrip(" \t")) for line in body]
    widths = [len(space.expandtabs(4)) for space, rest in split if rest]
    shared = min([indent, *widths])
    if shared == 0:
        return list(body)
    margin = " " * shared
    return [
        line[shared:] if line.startswith(margin) else space.expandtabs(4)[shared:] + rest
        for line, (space, rest) in zip(body, split, strict=True)
    ]
