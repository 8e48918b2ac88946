"""The names that a git directory gives to commits, read and written without git, and through no link."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from warehouse.durable import sync_folder
from warehouse.errors import PathRejected
from warehouse.plain_file import open_plain_file, read_below
from warehouse.product.git.command import cannot_write
from warehouse.product.git.git_dir import replace

HEAD = "HEAD"
SYMBOLIC = "ref: "
PACKED = "packed-refs"
LARGEST_PACKED = 64 << 20
LONGEST_REF = 4_096
"""Bytes of a file that holds one."""
_PACKED = re.compile(rb"([0-9a-f]{40}) (refs/[^\n]+)\n(?:\^([0-9a-f]{40})\n)?")
_SHA = re.compile(r"[0-9a-f]{40}")


def head_ref(git_dir: Path) -> str:
    """The full name of the branch that is checked out; empty where it is none."""
    try:
        text = os.fsdecode(read_below(git_dir, HEAD, LONGEST_REF))
    except PathRejected:
        return ""
    return text.removeprefix(SYMBOLIC).strip("\n") if text.startswith(SYMBOLIC) else ""


def set_head(git_dir: Path, ref: str) -> None:
    """Check a branch out, also after a power loss; only for the one writer.

    The file stays the same one, because it is what writers lock. Raises ProductError.
    """
    try:
        descriptor = open_plain_file(git_dir / HEAD, os.O_RDWR)
        try:
            os.truncate(descriptor, os.pwrite(descriptor, f"{SYMBOLIC}{ref}\n".encode(), 0))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise cannot_write(git_dir / HEAD, error) from None


class Refs:
    """The refs of a git directory by full name, such as `refs/tags/delivered`."""

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir

    def all(self) -> dict[str, str]:
        """Name of every ref, to the id that it leads to; what leads to another ref is left out."""
        return dict(sorted({**self._packed(), **dict(self._loose())}.items()))

    def write(self, refs: Mapping[str, str]) -> None:
        """Let refs lead to commits, also after a power loss; the names are checked ones.

        Raises ProductError.
        """
        folders: set[Path] = set()
        for name, sha in refs.items():
            replace(self._git_dir / name, f"{sha}\n".encode(), durable=True)
            folders |= {self._git_dir / folder for folder in Path(name).parents}
        for folder in sorted(folders, reverse=True):
            sync_folder(folder)

    def delete(self, name: str) -> None:
        """Let there be no such ref. Raises ProductError."""
        packed = self._packed()
        if name in packed:
            kept = "".join(f"{sha} {each}\n" for each, sha in packed.items() if each != name)
            replace(self._git_dir / PACKED, os.fsencode(kept), durable=True)
        (self._git_dir / name).unlink(missing_ok=True)
        sync_folder((self._git_dir / name).parent)

    def _packed(self) -> dict[str, str]:
        """A tag that is an object of its own is told by the commit that it marks."""
        try:
            content = read_below(self._git_dir, PACKED, LARGEST_PACKED)
        except PathRejected:
            return {}
        found = (match.groups() for match in _PACKED.finditer(content))
        return {os.fsdecode(name): (marked or sha).decode() for sha, name, marked in found}

    def _loose(self) -> Iterator[tuple[str, str]]:
        for folder, _, names in os.walk(self._git_dir / "refs"):
            for name in names:
                path = (Path(folder) / name).relative_to(self._git_dir).as_posix()
                try:
                    text = read_below(self._git_dir, path, LONGEST_REF).decode("ascii").strip()
                except (PathRejected, UnicodeDecodeError):
                    continue
                if _SHA.fullmatch(text):
                    yield path, text
