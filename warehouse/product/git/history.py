"""The story of a product: its commits, read back."""

from dataclasses import dataclass
from datetime import UTC, datetime

from warehouse.events import ChangedFile
from warehouse.product.git.commit_message import parse


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that was made, with its files in path order."""

    sha: str
    message: str
    author: str
    files: list[ChangedFile]
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One commit as read back: `at` is ISO 8601 in UTC, `author` the role's title."""

    sha: str
    parent: str | None
    author: str
    at: str
    subject: str
    body: str
    trailers: dict[str, str]
    tags: list[str]


def log_entry(sha: str, raw: bytes, tags: list[str]) -> LogEntry:
    """Read a commit object as git stores it."""
    head, _, text = raw.decode(errors="replace").partition("\n\n")
    fields = dict(line.split(" ", 1) for line in reversed(head.split("\n")) if " " in line)
    who, seconds, _ = fields["author"].rsplit(" ", 2)
    subject, body, trailers = parse(text)
    return LogEntry(
        sha=sha,
        parent=fields.get("parent"),
        author=who.rpartition(" <")[0],
        at=datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z"),
        subject=subject,
        body=body,
        trailers=trailers,
        tags=tags,
    )
