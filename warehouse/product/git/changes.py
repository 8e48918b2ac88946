"""What became of the files of one commit by another: for programs, and as a patch that git takes in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import fsdecode
from typing import NamedTuple

from warehouse.product.git.command import GitCommand

NOTHING = "000000"
"""The mode that git tells of a file that is not there."""


class Version(NamedTuple):
    """A file of a commit: `mode` as git tells it, `id` of the content."""

    mode: str
    id: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a path was, and what it is; None where there is no file."""

    path: str
    before: Version | None
    after: Version | None


def changes_between(git: GitCommand, base: str, head: str) -> list[FileChange]:
    """The paths at which `head` holds another file than `base`, in git's order.

    Nothing of them is checked: they may be links, or lead anywhere.
    """
    output = git.run("diff-tree", "-r", "-z", "--raw", "--no-renames", "-O/dev/null", base, head)
    return list(_changes(output))


def _changes(output: bytes) -> Iterator[FileChange]:
    fields = iter(output.split(b"\0")[:-1])
    for about, path in zip(fields, fields, strict=True):
        old_mode, new_mode, old, new, _ = about.decode().removeprefix(":").split()
        yield FileChange(fsdecode(path), _version(old_mode, old), _version(new_mode, new))


def _version(mode: str, sha: str) -> Version | None:
    return None if mode == NOTHING else Version(mode, sha)


def patch_between(
    git: GitCommand, base: str, head: str, width: int, *, without: Iterable[str] = ()
) -> bytes:
    """A table of the changes, `width` characters wide, and the patch that makes them of the files of `base`:
    whole for binary files, with renames told as such. The files `without` are left out."""
    left_out = [f":(top,exclude,literal){path}" for path in without]
    return git.run(
        "--no-literal-pathspecs", "diff-tree", "-r", "--patch", f"--stat={width}", "--summary", "--binary", "--full-index",
        "--find-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--unified=3",
        "--src-prefix=a/", "--dst-prefix=b/", "-O/dev/null", base, head,
        "--", *left_out,
    )  # fmt: skip
