"""The lines of the product that a compiler or checker names, beside what it says of them.

A traceback shows them, and a model that has to mend the program finds what it sees.
"""

import re
from collections.abc import Iterator, Mapping

_PLACE = re.compile(r"(?P<path>[^\s:]{1,1000}):(?P<line>\d{1,9})(?=[:\s])")
LONGEST_LINE = 200


def with_source_lines(output: str, texts: Mapping[str, str]) -> str:
    """The same text, each `PATH:LINE` at the beginning of a line followed by that line of the file,
    unless it is shown already."""
    lines = output.splitlines()
    return "\n".join(
        shown
        for line, following in zip(lines, [*lines[1:], ""], strict=False)
        for shown in _with_source(line, following, texts)
    )


def _with_source(line: str, following: str, texts: Mapping[str, str]) -> Iterator[str]:
    yield line
    place = _PLACE.match(line)
    source = _line_at(place, texts) if place else ""
    if source and source not in following:
        yield f"    {source[:LONGEST_LINE]}"


def _line_at(place: re.Match[str], texts: Mapping[str, str]) -> str:
    lines = texts.get(place["path"].removeprefix("./"), "").split("\n")
    number = int(place["line"])
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""
