"""What a product would lose where a file is written anew: a fragment is no whole file."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import PurePosixPath

from company.deliverables.languages import CODE, language_of
from company.deliverables.text_style import plain_lines
from warehouse.python_source import Names, names_in

_DEFINITION = re.compile(
    r"(?m)^(?:export\s+|default\s+|pub(?:\([a-z]+\))?\s+|public\s+|private\s+|static\s+|final\s+|abstract\s+"
    r"|async\s+|declare\s+)*(?:def|class|function\*?|func(?:\s*\([^)]*\))?|fn|struct|enum|trait|interface"
    r"|type|const|let|var|module|record)\s+(?P<name>[A-Za-z_$][\w$]*)"
)
_ELEMENT = re.compile(r"""\bid\s*=\s*["'](?P<name>[\w-]+)["']""")
_REMARK = re.compile(r"(?:#|//|/\*|--|<!--|;)")
_WORD = re.compile(r"[A-Za-z_$][\w$-]*")
_START = "__name__"
_FRAME = ("<html", "</html")
_NAMED = 12
_FEW = 8
"""Lines; a text that had fewer is not judged by its length alone."""
_MANY = 16
"""Lines; a text that had so many and has but a quarter of them now is a fragment."""


@dataclass(frozen=True)
class Rewritten:
    """A file written anew, with what it was before."""

    path: str
    before: str
    after: str


class Losses:
    """What a product loses where a reply writes files anew."""

    def __init__(self, files: Mapping[str, str], changed: Collection[str]) -> None:
        """`files` are all there will be; what moves to one of those `changed` is not lost."""
        self._files = files
        self._names = cache(_names)
        self._defined = Counter(
            name for path in changed for name in self._names(path, files[path]).defined
        )
        """In how many of those changed a name is defined."""
        self._starting = {path for path in changed if _START in files[path]}

    def of(self, file: Rewritten) -> str | None:
        """What is lost, in words, where a file is no whole one any more; None where nothing is."""
        old, new = _names(file.path, file.before), _names(file.path, file.after)
        here = self._names(file.path, self._files[file.path]).defined
        moved = {name for name in old.defined if self._defined[name] > (name in here)}
        gone = old.defined - new.defined - new.imported - moved
        missing = (gone | (old.imported - new.imported)) & new.missing
        lost = [
            *self._used_elsewhere(file.path, gone),
            *(f"{name} (still used in it)" for name in sorted(missing)),
        ]
        starts = _START in file.after or self._starting - {file.path}
        if _START in file.before and not starts and file.path.endswith(".py"):
            lost.append("its start (if __name__ == '__main__')")
        if lost or _is_fragment(file, old, new, gone, moved=bool(moved)):
            named = {name for each in lost for name in each.split()[:1]}
            return _told(file, [*lost, *sorted(gone - named)])
        return None

    def _used_elsewhere(self, path: str, gone: frozenset[str]) -> Iterator[str]:
        module = PurePosixPath(path).stem
        for name in sorted(gone):
            users = [
                other
                for other in self._users.get(name, ())
                if other != path
                and module in self._files[other]
                and name not in self._names(other, self._files[other]).defined
            ]
            if users:
                yield f"{name} (used in {', '.join(sorted(users)[:3])})"

    @cached_property
    def _users(self) -> dict[str, list[str]]:
        """The files in which a word stands."""
        users = dict[str, list[str]]()
        for path, text in self._files.items():
            for word in set(_WORD.findall(text)):
                users.setdefault(word, []).append(path)
        return users


def lacking(path: str, first: str, second: str) -> list[str]:
    """What one text of a file defines and another does not."""
    return sorted(_names(path, first).defined - _names(path, second).defined)[:_NAMED]


def _is_fragment(
    file: Rewritten, old: Names, new: Names, gone: frozenset[str], *, moved: bool
) -> bool:
    before, after = _lines(file.before), _lines(file.after)
    mostly_gone = len(gone) * 2 > len(old.defined)
    if gone and new.defined < old.defined and _ends_in_a_new_remark(file):
        return True
    if moved or (len(after) * 2 >= len(before) and not mostly_gone):
        return False
    if _START in file.before and _START in file.after:
        return False
    if gone:
        return new.defined <= old.defined or bool(new.defined & old.defined)
    if any(mark in file.before.lower() and mark not in file.after.lower() for mark in _FRAME):
        return True
    if len(before) >= _MANY and len(after) * 4 < len(before):
        return True
    known = set(before)
    quoted = sum(1 for line in after if line in known)
    code = language_of(file.path) in CODE
    return code and len(before) >= _FEW and quoted * 2 >= len(after)


def _ends_in_a_new_remark(file: Rewritten) -> bool:
    """Whether the last thing it says is a comment that was not there: in whatever language, that may
    well stand for the rest."""
    last = _lines(file.after)[-1:]
    return any(_REMARK.match(line) and line not in _lines(file.before) for line in last)


def _told(file: Rewritten, lost: list[str]) -> str:
    before, after = len(file.before.splitlines()), len(file.after.splitlines())
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    names = f": {', '.join(lost[:_NAMED])}{more} would be gone" if lost else ""
    return f"{file.path} has {before} lines, and {after} in your reply{names}."


def _lines(text: str) -> list[str]:
    return [line.strip() for line in plain_lines(text).split("\n") if line.strip()]


def _names(path: str, text: str) -> Names:
    is_python = language_of(path) == "python"
    if is_python:
        try:
            return names_in(text.removeprefix("\ufeff"))
        except SyntaxError:
            pass
    pattern = _ELEMENT if language_of(path) == "html" else _DEFINITION
    defined = frozenset(match["name"] for match in pattern.finditer(text))
    read = frozenset[str]() if is_python else frozenset(_WORD.findall(text))
    return Names(defined, frozenset(), read - defined)
