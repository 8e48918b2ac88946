"""Citations: `[handbook/leave.md:12-20]` behind what was stated from the user's documents, held to what was shown."""

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePosixPath

from warehouse.data.report import CITATION
from warehouse.events import Passage

Lines = dict[tuple[str, int], str]
"""The lines that were shown, by their document and number."""
MOST_FAULTS = 5
UNSHOWN = (
    "{citation} is no citation: you were not shown these lines. Cite lines that you were shown{such}, or leave"
    " out what rests on them."
)
UNREADABLE = "{words} is no citation: one is [DOCUMENT:FIRST-LAST] in brackets of its own{such}."


def faults(text: str, shown: Sequence[Passage], folders: Collection[str]) -> list[str]:
    """What is wrong with the citations of a text by a role that was shown these passages of the documents in these
    folders."""
    lines = _lines(shown)
    such = f", such as [{shown[-1].name}]" if shown else ""
    endings = {PurePosixPath(document).suffix for document, _ in lines} - {""}
    wrong = [
        UNSHOWN.format(citation=each[0], such=such)
        for each in CITATION.finditer(text)
        if (_is_of(each, folders) or each[1].strip().endswith(tuple(endings)))
        and _quoted(each, lines) is None
    ]
    names = "|".join(sorted(map(re.escape, folders)))
    nearly = re.compile(rf"(?<![\w/])(?:{names})/[^\s:\[\]]{{1,300}}:\d+")
    left = CITATION.sub(" ", text)
    wrong += [UNREADABLE.format(words=each, such=such) for each in nearly.findall(left)]
    return list(dict.fromkeys(wrong))[:MOST_FAULTS]


def cited(text: str, shown: Iterable[Passage]) -> dict[str, str]:
    """The citations of a text in their order, as they are written between the brackets, each with the lines it quotes; what
    cites nothing that was shown is left out."""
    lines, found = _lines(shown), dict[str, str]()
    for each in CITATION.finditer(text):
        quoted = _quoted(each, lines)
        if quoted is not None:
            found[each[0][1:-1]] = quoted
    return found


def without_citations(text: str, shown: Iterable[Passage]) -> str:
    """The text without citations of the folders that these passages are of: those of other lines go back by themselves."""
    folders = {passage.document.partition("/")[0] for passage in shown}
    return CITATION.sub(lambda each: "" if _is_of(each, folders) else each[0], text)


def covers(passage: Passage, name: str) -> bool:
    """Whether a passage holds some of the lines that are cited by this name."""
    citation = CITATION.fullmatch(f"[{name}]")
    if citation is None:
        return False
    document, first, last = _place(citation)
    return passage.document == document and first <= passage.last and passage.first <= last


def _is_of(citation: "re.Match[str]", folders: Iterable[str]) -> bool:
    """Whether it names a document in one of them: much else is written in brackets with a number."""
    return citation[1].strip().startswith(tuple(f"{folder}/" for folder in folders))


def _lines(shown: Iterable[Passage]) -> Lines:
    lines: Lines = {}
    for passage in shown:
        for number, line in enumerate(passage.text.split("\n"), passage.first):
            place = passage.document, number
            if line not in lines.setdefault(place, line):
                # Of a long line, each passage holds a part.
                lines[place] += f" … {line}"
    return lines


def _quoted(citation: "re.Match[str]", lines: Lines) -> str | None:
    """The lines that are cited; None where one of them was not shown."""
    document, first, last = _place(citation)
    if not first <= last < first + len(lines):
        return None
    places = [(document, number) for number in range(first, last + 1)]
    return "\n".join(map(lines.__getitem__, places)) if lines.keys() >= set(places) else None


def _place(citation: "re.Match[str]") -> tuple[str, int, int]:
    return citation[1].strip(), int(citation[2]), int(citation[3] or citation[2])
