"""A run's work on a customer's program as one mail that plain `git am` takes in.

It is one commit: what a reviewer reads is the change, not the steps that led to it. Those are in the
product's branch, for whoever fetches that.
"""

from binascii import b2a_qp
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from company.cli.export.message import WIDTH, message_of
from company.cli.export.work import work_of
from company.cli.opened import OpenedRun
from company.errors import ConfigurationError
from warehouse.product.branches import COMMITTER
from warehouse.product.git.changes import patch_between
from warehouse.product.git.commits import log_entry
from warehouse.product.git.objects import GitObjects

_HEAD = """\
From {sha} Mon Sep 17 00:00:00 2001
From: {author}
Date: {date}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: {encoding}

"""


def as_patch(opened: OpenedRun) -> bytes:
    """The mail. Raises ConfigurationError where the run began with no program, or changed nothing."""
    work = work_of(opened)
    git, head = work.git, work.head
    shown = [change for change in work.changes if change.path not in work.secrets]
    if not shown:
        raise ConfigurationError(f"{opened.folder.name} changed nothing but files of secrets.")
    subject, _, body = message_of(work.made, shown).partition("\n")
    patch = patch_between(git, work.base, head, WIDTH, without=work.secrets)
    content = body.lstrip("\n").encode() + b"---\n" + patch
    at = log_entry(head, GitObjects(git).contents([head])[head], []).at
    is_fragile = b"\r" in content or b"\0" in content
    about = _HEAD.format(
        sha=head,
        author=COMMITTER,
        date=format_datetime(datetime.fromisoformat(at)),
        subject=_header(f"[PATCH] {subject}"),
        encoding="quoted-printable" if is_fragile else "8bit",
    )
    return about.encode() + (_quoted(content) if is_fragile else content)


def _quoted(content: bytes) -> bytes:
    """The same in quoted-printable: git would take the carriage returns off a mail that is not."""
    return b"\n".join(b2a_qp(line, istext=False) for line in content.split(b"\n"))


def _header(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", header_name="Subject").encode()
