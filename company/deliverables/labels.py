"""File names as models write them above a block, beside its language, or in its first line."""

import re
from dataclasses import dataclass

from company.deliverables.languages import NAMELESS

_PATH = re.compile(r"[^\s`*\"'<>|()\[\]{},;=]*[^\s`*\"'<>|()\[\]{},;:=.]")
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,9}$")
_NOT_FILES = re.compile(
    r"(?i)(?:https?://|www\.)|^(?:node\.js|vue\.js|next\.js|asp\.net|e\.g|i\.e|etc)$"
)
_ORNAMENT = re.compile(r"^[\s>#*=\-–—•+`~|]*(?:\d{1,3}[.)]\s+)?[\s#*`\"'\[(]*")
_PREFIX = re.compile(
    r"(?i)^(?:(?:new|updated|modified|complete|full)\s+)?"
    r"(?:file\s?-?(?:name|path)?|path|module|script|filename)\s*(?:\d+\s*)?[:=\-]?[\s*`\"'\[]+"
)
_REMARK = re.compile(
    r"(?i)[\s*`\"'\])]*(?:\((?:[^()]{0,60})\)|\[[^\]]{0,60}\]|-\s*(?:new|updated|modified|created))?"
    r"[\s*`\"'\])#=\-]*[:：]?[\s*`#=\-]*$"
)
_COMMENT = re.compile(
    r"""^\s*(?:
        (?:\#++|//++|--|;++|%++|'|REM\s)\s*(?P<line>.+?)\s*[\#]*
      | <!--\s*(?P<markup>.+?)\s*-->
      | /\*+\s*(?P<block>.+?)\s*\*+/
      | (?P<quote>\"{3}|'{3})\s*(?P<doc>.+?)\s*(?P=quote)
    )\s*$""",
    re.VERBOSE,
)
_LONGEST_COMMENT = 1_000
"""Characters; a longer line is taken for code without a look."""
_QUOTED = re.compile(r"`([^`\s]+)`|\*\*([^*\s]+)\*\*")


@dataclass(frozen=True, slots=True)
class Label:
    """A file name found; `whole` when the line says nothing else."""

    path: str
    whole: bool


def is_path(word: str) -> bool:
    """Whether a word is a file name: it has an extension or is a name such as Makefile."""
    if len(word) > 240 or not _PATH.fullmatch(word) or _NOT_FILES.search(word):
        return False
    name = re.split(r"[/\\]", word)[-1]
    return name in NAMELESS or name.startswith(".git") or bool(_EXTENSION.search(name))


def label_in(line: str) -> Label | None:
    """The file a line of prose announces: a heading, a bold or quoted name, `File: x.py`, `x.py:`.

    A sentence counts when it names one file in backticks or bold (`Here is the new **x.py**:`).
    """
    if path := _only_path(line):
        return Label(path, whole=True)
    words = [first or second for first, second in _QUOTED.findall(line)]
    named = {word.rstrip(":") for word in words if is_path(word.rstrip(":"))}
    if len(named) == 1:
        return Label(named.pop(), whole=False)
    if line.rstrip().endswith(":") or _is_heading(line):
        named = {word for word in re.split(r"[\s:,*]+", line) if is_path(word)}
        if len(named) == 1:
            return Label(named.pop(), whole=False)
    return None


def comment_path(line: str) -> Label | None:
    """The file named by a comment: `# main.py`, `// app.js`, `<!-- index.html -->`.

    `whole` when the comment is the name and nothing else, and so no part of the program.
    """
    comment = _COMMENT.match(line) if len(line) <= _LONGEST_COMMENT else None
    if comment is None:
        return None
    text = next(text for name, text in comment.groupdict().items() if text and name != "quote")
    if path := _only_path(text):
        return Label(path, whole=True)
    first, separator, _ = re.sub(r"\s+[-–—:]+\s+|:\s+", "\0", text, count=1).partition("\0")
    if separator and (path := _only_path(first)):
        return Label(path, whole=False)
    return None


def heading_path(line: str) -> str | None:
    """The file named by a Markdown heading or a bold line, as the first line of a wrapped file."""
    return _only_path(line) if _is_heading(line) else None


def info_label(info: str) -> tuple[str, str | None]:
    """Language and file name of a fence's info string.

    Read are `python main.py`, `python:main.py`, `python title="main.py"`, `main.py`,
    `{.python file=main.py}`, `python # main.py`.
    """
    words = re.sub(r"[{}\"',()#`]|//", " ", info).replace("=", " ").split()
    if not words:
        return "", None
    first, *rest = words
    if info.startswith("{"):
        return first.lstrip("."), next((word for word in rest if is_path(word)), None)
    if is_path(first) and ":" not in first:
        return "", first
    language, _, name = first.partition(":")
    named = [word.rstrip(":") for word in ([name, *rest] if name else rest)]
    path = next((word for word in named if is_path(word)), None)
    return language, path


def _is_heading(line: str) -> bool:
    return bool(re.match(r"\s*(?:#{1,6}\s|\*\*)", line))


def _only_path(line: str) -> str | None:
    if len(line) > 300:
        return None
    plain = _ORNAMENT.sub("", line, count=1)
    plain = _PREFIX.sub("", plain, count=1)
    candidate = _REMARK.sub("", plain, count=1)
    for word in (line.strip(), candidate.strip(), plain.strip()):
        if is_path(word):
            return word.removeprefix("./")
    return None
