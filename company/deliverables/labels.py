"""File names as models write them above a block, beside its language, or in its first line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from company.deliverables.languages import NAMELESS
from company.deliverables.peelings import peelings

_LONGEST_PATH = 240
_LONGEST_LINE = 300
_LONGEST_COMMENT = 1_000
"""Characters; a longer line is taken for code without a look."""
_WORD = re.compile(r"[^\s`*\"'<>|,;:={}，。：；、（）「」『』《》【】“”‘’…]+")
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9_+-]{0,19}$")
_MANUAL = re.compile(r"/[\w-]*[A-Za-z_-]\.[1-9]$")
_ASCII_AFTER_OTHER = re.compile(r"^[^\x00-\x7f]+[A-Za-z0-9_]")
_AFTER_OTHER = re.compile(r"^[^\x00-\x7f]+")
_NAME_WITH_SPACES = re.compile(r"[^\s`*\"<>|:：,;]+(?: [^\s`*\"<>|:：,;]+){0,5}")
_NOT_FILES = re.compile(
    r"(?i)(?:https?:|www\.)|^(?:node\.js|vue\.js|next\.js|asp\.net|e\.g|i\.e|etc)$"
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
_QUOTED = re.compile(r"`([^`]+)`|\*\*([^*\s]+)\*\*")
_ATTRIBUTE = re.compile(
    r"""\b(?:title|file|filename|file_name|filepath|path|name)\s*[=:]\s*(?:"([^"]+)"|'([^']+)'|([^\s}]+))"""
)
_OPENING_TAG = re.compile(r"\s*<[A-Za-z][^<>]*\s[^<>]*>\s*")
_RULE = re.compile(r"\s*(?:[=\-_*~]\s*){3,}")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s|\s*\|")
_COMMANDS = frozenset({
    "python", "python3", "py", "node", "deno", "bun", "npm", "npx", "yarn", "pip", "pip3", "uv",
    "go", "cargo", "java", "bash", "sh", "cat", "cd", "mkdir", "make", "git", "pytest", "rm",
    "cp", "mv", "touch", "ls", "curl", "docker",
})  # fmt: skip
_LEADING_WORDS = frozenset({
    "a", "an", "the", "new", "updated", "update", "modified", "modify", "revised", "fixed",
    "corrected", "complete", "full", "final", "main", "create", "add", "change", "changes",
    "changed", "edit", "edited", "code", "source", "file", "files", "for", "of", "in", "to",
    "as", "at", "and", "contents", "content", "step", "here", "is", "this", "program", "script",
    "module", "test", "tests", "version", "implementation", "part",
})  # fmt: skip
_FOLDERS_OF_COMMANDS = frozenset({"bin", "sbin", "script", "scripts", "tools", "hooks", "libexec"})
_MOST_WORDS_OF_A_NAME = 4


@dataclass(frozen=True, slots=True)
class Label:
    """A file name found; `whole` when the line says nothing else.

    `other` is what the line may mean as well: `### my tool.py` can be about tool.py.
    """

    path: str
    whole: bool
    other: str | None = None


def is_path(word: str) -> bool:
    """Whether a word is a file name: it has an extension or is a name such as Makefile."""
    return _WORD.fullmatch(word) is not None and _is_file(word)


def label_in(line: str) -> Label | None:
    """The file a line of prose announces: a heading, a bold or quoted name, `File: x.py`, `x.py:`.

    A sentence counts when it names one file in backticks or bold (`Here is the new **x.py**:`).
    """
    if label := _only_path(line) or _in_tag(line):
        return label
    words = [first or second for first, second in _QUOTED.findall(line[:_LONGEST_LINE])]
    named = {word for each in words if _may_be_quoted(word := each.strip().rstrip(":"))}
    if len(named) == 1:
        return Label(_plain(named.pop()), whole=False)
    if line.rstrip().endswith((":", "：")) or _is_heading(line):
        named = {word for word in re.split(r"[\s:：,，*（）]+", line) if is_path(word)}
        if len(named) == 1:
            path = _plain(named.pop())
            other = _other_name(line, path)
            in_folder = other is not None and "/" in other
            return Label(other, whole=True) if other and in_folder else Label(path, False, other)
    return None


def names_above(prose: Sequence[str]) -> frozenset[str]:
    """The files that the last line above a block speaks of, or the lines of a list or table there."""
    written = [line for line in prose if line.strip() and not _RULE.fullmatch(line)]
    last = list(takewhile(_LIST_ITEM.match, reversed(written))) or written[-1:]
    words = {
        word for line in last for word in re.split(r"[\s`*|:：,，()（）]+", line[:_LONGEST_LINE])
    }
    return frozenset(_plain(word) for word in words if is_path(word))


def command_above(prose: Sequence[str]) -> str | None:
    """The name without an extension that a line above a program is, in quotes and nothing else."""
    last = next((line for line in reversed(prose) if line.strip()), "")
    words = [text for text, quoted, _ in peelings(last[:_LONGEST_LINE]) if quoted]
    return next((word for word in words if _WORD.fullmatch(word)), None)


def label_above(prose: Sequence[str]) -> Label | None:
    """The name announced by the prose above a block: its last line, or a heading further up."""
    written = [line for line in prose if line.strip() and not _RULE.fullmatch(line)]
    if not written:
        return None
    listed = len(written) > 1 and all(
        _LIST_ITEM.match(line) and label_in(line) for line in written[-2:]
    )
    if not listed and (label := label_in(written[-1])):
        return label
    paths = (heading_path(line) for line in reversed(written))
    return next((Label(path, whole=True) for path in paths if path), None)


def comment_path(line: str) -> Label | None:
    """The file named by a comment: `# main.py`, `// app.js`, `<!-- index.html -->`.

    `whole` when the comment is the name and nothing else, and so no part of the program.
    """
    comment = _COMMENT.match(line) if len(line) <= _LONGEST_COMMENT else None
    if comment is None:
        return None
    text = next(text for name, text in comment.groupdict().items() if text and name != "quote")
    if label := _only_path(text):
        return label
    first, separator, _ = re.sub(r"\s+[-–—:]+\s+|:\s+", "\0", text, count=1).partition("\0")
    if separator and (label := _only_path(first)):
        return Label(label.path, whole=False)
    return None


def heading_path(line: str) -> str | None:
    """The file named by a Markdown heading or a bold line, as the first line of a wrapped file."""
    label = _only_path(line) if _is_heading(line) else None
    return label.path if label else None


def info_label(info: str) -> tuple[str, str | None]:
    """Language and file name of a fence's info string.

    Read are `python main.py`, `python:main.py`, `python title="main.py"`, `main.py`,
    `{.python file=main.py}`, `python # main.py`.
    """
    attribute = _ATTRIBUTE.search(info)
    words = [_bare(word) for word in info.strip("{} ").split()]
    words = [word for word in words if word]
    if not words:
        return "", None
    first, *rest = words
    if attribute:
        path = next(group for group in attribute.groups() if group)
        return first.lstrip("."), _plain(path) if _is_file(path) or _is_of_commands(path) else None
    if is_path(first) and not info.startswith("{"):
        return "", _plain(first)
    language, name = [*re.split("[:：]", first, maxsplit=1), ""][:2]
    named = [word.rstrip(":") for word in ([name, *rest] if name else rest)]
    path = next((word for word in named if is_path(word) or _is_of_commands(word)), "")
    return language.lstrip("."), _plain(path) or None


def _bare(word: str) -> str:
    """A word of an info string without what stands around it."""
    word = word.strip("\"'`,#").removeprefix("//")
    return word[1:-1] if word.startswith("(") and word.endswith(")") else word


def _is_file(path: str) -> bool:
    if len(path) > _LONGEST_PATH or path.endswith(".") or _NOT_FILES.search(path):
        return False
    if any(path.count(left) != path.count(right) for left, right in ("()", "[]")):
        return False
    name = re.split(r"[/\\]", path)[-1]
    has_suffix = _EXTENSION.search(name) or _MANUAL.search(path)
    return name in NAMELESS or _is_dot_file(name) or bool(has_suffix)


def _may_be_quoted(word: str) -> bool:
    return is_path(word) or (" " in word and _is_unusual(word, spaces=True, called=False))


def _is_dot_file(name: str) -> bool:
    return re.fullmatch(r"\.[A-Za-z][\w.-]*", name) is not None


def _is_heading(line: str) -> bool:
    return bool(re.match(r"\s*(?:#{1,6}\s|\*\*)", line))


def _only_path(line: str) -> Label | None:
    """The file named by a line that says nothing else."""
    if len(line) > _LONGEST_LINE:
        return None
    for text, quoted, called in peelings(line):
        if is_path(text):
            if quoted or called or not _ASCII_AFTER_OTHER.match(text):
                return Label(_plain(text), whole=True)
            return Label(_plain(text), whole=False, other=_plain(_AFTER_OTHER.sub("", text)))
        if _is_unusual(text, spaces=quoted or called, called=called):
            return Label(_plain(text), whole=True)
    return None


def _in_tag(line: str) -> Label | None:
    """The file that an opening tag names: `<file path="main.py">`."""
    attribute = _ATTRIBUTE.search(line) if _OPENING_TAG.fullmatch(line[:_LONGEST_LINE]) else None
    path = next(filter(None, attribute.groups()), "") if attribute else ""
    return Label(_plain(path), whole=True) if _is_file(path) else None


def _is_unusual(text: str, *, spaces: bool, called: bool) -> bool:
    """Whether a text that is told to be a name is a file's though it has spaces, or no extension."""
    parts = _plain(text).split("/")
    if not all(_NAME_WITH_SPACES.fullmatch(part) for part in parts) or _NOT_FILES.search(text):
        return False
    if " " in text:
        return spaces and text.split()[0].lower() not in _COMMANDS and _is_file(text)
    return called or _is_of_commands(text)


def _is_of_commands(path: str) -> bool:
    """Whether a path leads to a command, which needs no extension."""
    folder, _, name = _plain(path).rpartition("/")
    return folder.split("/")[0] in _FOLDERS_OF_COMMANDS and bool(_WORD.fullmatch(name))


def _other_name(line: str, path: str) -> str | None:
    """The name with spaces that a heading may mean instead of its last word."""
    text = line.strip("#* \t")
    before = text.removesuffix(path).split()
    if not text.endswith(path) or not before or "/" in path or len(before) > _MOST_WORDS_OF_A_NAME:
        return None
    words = [word.lower().strip(".") for word in before]
    if all(word in _LEADING_WORDS or not re.search(r"[^\W\d]", word) for word in words):
        return None
    return _plain(text) if _is_unusual(text, spaces=True, called=False) else None


def _plain(path: str) -> str:
    return path.strip().replace("\\", "/").removeprefix("./")
