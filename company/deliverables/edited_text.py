"""A text while edits are made to it, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from company.deliverables.edits import DIVIDER, Edit, EditFailed
from company.deliverables.indexed_lines import Alike, IndexedLines, Line

_QUOTED_LINES = 8
_QUOTED_WIDTH = 160
_MOST_COMPARED_LINES = 3_000


def _as_is(line: str) -> str:
    return line


@dataclass(frozen=True)
class _Replacement:
    """So many lines, from the first on, give way to others."""

    first: Line
    count: int
    new: tuple[str, ...]


class EditedText:
    """A text that edits are made to; each costs its own lines, not the whole text again."""

    def __init__(self, text: str) -> None:
        self._lines = IndexedLines(text.split("\n"))

    def text(self) -> str:
        """What it is by now."""
        return "\n".join(self._lines)

    def holds(self, part: str) -> bool:
        """Whether it holds a text, which may begin and end inside of lines."""
        return bool(self._lines.places_inside(part.split("\n")))

    def make(self, edit: Edit) -> Sequence[str]:
        """Make one edit, and tell the lines that came of it.

        The searched lines must occur once. They are looked for as they stand, then without regard to
        trailing spaces, then to indentation, where the replacement is moved by the same amount.
        Raises `EditFailed`, also where two readings of the edit fit; nothing is changed then.
        """
        fitting, failures = dict[_Replacement, None](), list[EditFailed]()
        for reading in (edit, *edit.others):
            try:
                if found := self._found(reading):
                    fitting[found] = None
            except EditFailed as failure:
                failures.append(failure)
        if len(fitting) > 1 and len(ways := {self._with(each) for each in fitting}) > 1:
            raise EditFailed(
                f"The edit can be read in {len(ways)} ways, for its lines hold '{DIVIDER}'"
                " themselves. Write all three marks of the edit with nine characters instead of seven."
            )
        if not fitting:
            raise failures[0] if failures else self._nowhere(edit.search)
        found = next(iter(fitting))
        self._lines.replace(found.first, found.count, found.new)
        return found.new

    def _found(self, edit: Edit) -> _Replacement | None:
        """What an edit replaces; None where its lines are not there. Raises `EditFailed`."""
        if not any(line.strip() for line in edit.search):
            return self._anew(edit.replace)
        for search, new in ((edit.search, edit.replace), _without_blank_ends(edit)):
            for alike in (_as_is, str.rstrip, str.strip):
                first = self._place(search, alike, edit.at)
                there = self._lines.some(first, len(search)) if first else []
                moved = _moved(new, search, there) if there else None
                if first and moved is not None:
                    kept = _with_lines_as_they_were(moved, there)
                    return _Replacement(first, len(search), tuple(kept))
        return self._inside_of_lines(*_without_blank_ends(edit))

    def _anew(self, lines: Sequence[str]) -> _Replacement:
        there = list(self._lines)
        if any(line.strip() for line in there):
            raise EditFailed("The SEARCH part is empty, but the file is not: quote lines from it.")
        new = "\n".join(lines).strip("\n") + "\n"
        return _Replacement(self._lines.at(1), len(there), tuple(new.split("\n")))

    def _place(self, search: Sequence[str], alike: Alike, said: int | None) -> Line | None:
        """The first line of the one place where these are, or of that which is `said` of several."""
        several = said and self._lines.may_be_several(search, alike)
        if several and (there := self._lines.are_at(said or 0, search, alike)):
            return there
        places = self._lines.places(search, alike)
        if len(places) < 2:
            return places[0] if places else None
        numbers = self._lines.numbers(places)
        raise EditFailed(
            f"The SEARCH lines occur {len(places)} times, at lines"
            f" {', '.join(map(str, sorted(numbers)[:5]))}. Quote more of the lines"
            f" around the one you mean:\n{_quoted(search)}"
        )

    def _inside_of_lines(self, search: Sequence[str], new: Sequence[str]) -> _Replacement | None:
        """What replaces a search that is only a part of its first line, or of its last."""
        places = self._lines.places_inside(search)
        if len(places) != 1:
            return None
        there = "\n".join(self._lines.some(places[0], len(search)))
        replaced = there.replace("\n".join(search), "\n".join(new))
        return _Replacement(places[0], len(search), tuple(replaced.split("\n")))

    def _with(self, replacement: _Replacement) -> str:
        """The text as one replacement would leave it."""
        lines = list(self._lines)
        at = self._lines.numbers([replacement.first])[0] - 1
        return "\n".join([*lines[:at], *replacement.new, *lines[at + replacement.count :]])

    def _nowhere(self, search: Sequence[str]) -> EditFailed:
        return EditFailed(
            f"The SEARCH lines are not in the file:\n{_quoted(search)}\n"
            f"The nearest lines of the file are:\n{_quoted(_nearest(list(self._lines), search))}"
        )


def _without_blank_ends(edit: Edit) -> tuple[Sequence[str], Sequence[str]]:
    """Search and replacement without the blank lines around the search, and those of the other."""
    search, new = edit.search, edit.replace
    while not search[0].strip():
        search, new = search[1:], new[1:] if _begins_blank(new) else new
    while not search[-1].strip():
        search, new = search[:-1], new[:-1] if _begins_blank(new[::-1]) else new
    return search, new


def _begins_blank(lines: Sequence[str]) -> bool:
    return bool(lines) and not lines[0].strip()


def _with_lines_as_they_were(new: Sequence[str], old: Sequence[str]) -> list[str]:
    """The new lines; those that begin or end them as before keep the spaces they ended in."""
    kept, most = list(new), min(len(new), len(old))
    for order in (range(most), range(-1, -most - 1, -1)):
        for at in order:
            if kept[at].rstrip() != old[at].rstrip():
                break
            kept[at] = old[at]
    return kept


def _moved(
    new: Sequence[str], search: Sequence[str], matched: Sequence[str]
) -> Sequence[str] | None:
    """The replacement, indented as the found lines are; None if those are not moved evenly."""
    indents = [
        (_indent(there), _indent(here))
        for here, there in zip(search, matched, strict=True)
        if here.strip()
    ]
    there, here = indents[0]
    extra = there.removesuffix(here)
    if all(now == extra + searched for now, searched in indents):
        return [extra + line if line.strip() else line for line in new]
    extra = here.removesuffix(there)
    if all(searched == extra + now for now, searched in indents):
        return [line.removeprefix(extra) for line in new]
    return None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _nearest(lines: list[str], search: Sequence[str]) -> list[str]:
    longest = max(search, key=lambda line: len(line.strip())).strip()[:_QUOTED_WIDTH]
    matcher = SequenceMatcher(b=longest, autojunk=False)
    best, best_at = -1.0, 0
    for at, line in enumerate(lines[:_MOST_COMPARED_LINES]):
        matcher.set_seq1(line.strip()[:_QUOTED_WIDTH])
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            score = matcher.ratio()
            best, best_at = max((score, at), (best, best_at), key=lambda pair: pair[0])
    start = max(0, best_at - search.index(max(search, key=lambda line: len(line.strip()))))
    return lines[start : start + max(len(search), 3)]


def _quoted(lines: Sequence[str]) -> str:
    shown = [line[:_QUOTED_WIDTH] for line in lines[:_QUOTED_LINES]]
    return "\n".join(f"| {line}" for line in [*shown, *(["…"] if len(lines) > len(shown) else [])])
