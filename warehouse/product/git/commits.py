"""What is written into a commit, and read back from it.

The words come from a model, so they may try to pass for trailers, for a patch or for a second
commit. Ours always stand in the last paragraph, which is the only one git reads trailers from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from warehouse.errors import ProductError
from warehouse.events import ChangedFile
from warehouse.terminal_text import safe_text

DOMAIN = "softhouse.invalid"
MAX_SUBJECT = 100
MAX_BODY = 20_000

_TRAILER_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_TRAILER_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]*): (.*)")
_READ_BY_PATCH_TOOLS = re.compile(r"^(?=---|diff -|Index: |>?From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that was made, with its files in path order."""

    sha: str
    message: str
    author: str
    files: list[ChangedFile]
    tag: str | None = None
    kept: str | None = None
    """The last of what somebody else had committed on the branch meanwhile, or staged."""


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


def compose(message: str, trailers: Mapping[str, str]) -> str:
    """The commit's text: subject, body and trailers as `git interpret-trailers` reads them.

    At least one trailer is wanted: without one, the body's last paragraph could pass for them.
    """
    lines = trailer_lines(trailers)
    if not lines:
        raise ProductError("a commit needs at least one trailer, so that none can be forged")
    subject, _, body = safe_text(message).strip().partition("\n")
    subject = one_line(subject)[:MAX_SUBJECT].rstrip() or "Change the product"
    body = _READ_BY_PATCH_TOOLS.sub(" ", body.strip("\n")[:MAX_BODY]).rstrip()
    return "\n\n".join(part for part in (subject, body, "\n".join(lines)) if part) + "\n"


def trailer_lines(trailers: Mapping[str, str]) -> list[str]:
    """`Key: value` lines; values are made one line, and empty ones left out."""
    lines = []
    for key, value in trailers.items():
        if not _TRAILER_KEY.fullmatch(key):
            raise ProductError(f"{key!r} is no trailer name; use letters, digits and hyphens")
        if plain := one_line(value):
            lines.append(f"{key}: {plain}")
    return lines


def parse(text: str) -> tuple[str, str, dict[str, str]]:
    """Subject, body and trailers of a commit's text."""
    subject, _, rest = text.strip("\n").partition("\n")
    body, _, last = rest.strip("\n").rpartition("\n\n")
    trailers = [_TRAILER_LINE.fullmatch(line) for line in last.split("\n")]
    if not all(trailers):
        return subject, rest.strip("\n"), {}
    return subject, body.strip("\n"), {line[1]: line[2] for line in trailers if line}


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


def identity(name: str, mailbox: str) -> str:
    """`Name <mailbox@softhouse.invalid>`, without the characters git gives a meaning."""
    plain_box = re.sub(r"[^a-z0-9_.-]+", "-", mailbox.lower()).strip("-.") or "softhouse"
    plain_name = re.sub(r"[<>]", "", one_line(name)).strip(" .,:;\"'")[:80] or plain_box
    return f"{plain_name} <{plain_box}@{DOMAIN}>"


def git_date(at: str) -> str:
    """An ISO 8601 time as git writes it: seconds since the epoch, UTC.

    A clock that was never set may tell a time before the epoch, which git cannot record: it is taken
    for the epoch.
    """
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise ProductError(f"{at!r} is no ISO 8601 time, such as 2026-01-31T12:00:00Z") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return f"{max(int(moment.timestamp()), 0)} +0000"


def one_line(text: str) -> str:
    return " ".join(safe_text(text, keep_newlines=False).split())
