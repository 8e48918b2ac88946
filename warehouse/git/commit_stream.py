"""The input of `git fast-import`: one commit, written without a work tree or an index."""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.git.objects import mode_of

MARK = ":1"


@dataclass(frozen=True, slots=True)
class Head:
    """Everything of a commit but its files; `author` and `committer` as git writes them."""

    author: str
    committer: str
    date: str
    text: str
    parent: str | None


def commit_stream(
    head: Head, changes: Mapping[str, bytes | None], *, tag: str | None, branch: str
) -> bytes:
    """A stream that makes the commit, moves `branch` (and `tag`) to it and prints its id.

    Every argument has been checked: the only free bytes, text and contents, go by length.
    """
    parts = [
        b"feature done\n",
        f"commit {branch}\nmark {MARK}\nauthor {head.author} {head.date}\n".encode(),
        f"committer {head.committer} {head.date}\n".encode(),
        _data(head.text.encode()),
    ]
    if head.parent:
        parts.append(f"from {head.parent}\n".encode())
    deleted = sorted(path for path, content in changes.items() if content is None)
    parts.extend(f"D {_quoted(path)}\n".encode() for path in deleted)
    for path, content in sorted(changes.items()):
        if content is not None:
            parts.append(f"M {mode_of(content)} inline {_quoted(path)}\n".encode())
            parts.append(_data(content))
    parts.append(b"\n")
    if tag:
        parts.append(f"reset refs/tags/{tag}\nfrom {MARK}\n\n".encode())
    parts.append(f"get-mark {MARK}\ndone\n".encode())
    return b"".join(parts)


def _data(content: bytes) -> bytes:
    return f"data {len(content)}\n".encode() + content + b"\n"


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
