"""The parts of a reply that are in no file, with the reason of each."""

from dataclasses import dataclass, field

_LINES_NAMED = 20


@dataclass
class LeftAside:
    """Lines at which parts begin, by why they were left aside."""

    _lines: dict[str, list[int]] = field(default_factory=dict)

    def add(self, line: int, why: str) -> None:
        """Leave aside what begins at a line."""
        self._lines.setdefault(why, []).append(line)

    @property
    def notes(self) -> list[str]:
        """A sentence for each reason."""
        return [_note(why, lines) for why, lines in self._lines.items()]


def _note(why: str, lines: list[int]) -> str:
    numbers = ", ".join(map(str, lines[:_LINES_NAMED]))
    more = f" and {len(lines) - _LINES_NAMED} more" if len(lines) > _LINES_NAMED else ""
    return f"Left aside, line{'s' if len(lines) > 1 else ''} {numbers}{more}: {why}."
