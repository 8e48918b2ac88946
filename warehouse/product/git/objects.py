"""What a product's git directory holds, read with plumbing and believed only after a check."""

from collections.abc import Iterable, Mapping

from warehouse.errors import PathRejected, ProductError
from warehouse.paths import check_path
from warehouse.product.git.command import GitCommand
from warehouse.product.git.loose_objects import Blob
from warehouse.product.git.modes import PLAIN_MODE, PROGRAM_MODE, is_file
from warehouse.product.git.snapshot import EMPTY, Hidden, Rule, Snapshot

POINTER = b"version https://git-lfs.github.com/spec/v1\n"
POINTER_SIZES = range(100, 1_025)
"""Bytes of what stands in git for a file that lies elsewhere."""
SKIPPED = b"S "
"""How `git ls-files -t` marks what is in the index and not in the work tree."""


class GitObjects:
    """Reads trees, contents and histories."""

    def __init__(self, git: GitCommand) -> None:
        self._git = git

    def snapshot(self, sha: str | None, hides: Rule | None = None) -> Snapshot:
        """What a commit holds; nothing for None.

        Without a rule for what is hidden, it raises `PathRejected` where the commit holds a link, a
        nested repository or a path that `check_path` would not return: not a tree that this program
        wrote. Raises `ProductError` where a file's content is gone.
        """
        if sha is None:
            return EMPTY
        files, hidden = {}, {}
        listed = self._git.run("ls-tree", "-r", "-l", "-z", "--full-tree", sha)
        for entry in listed.split(b"\0")[:-1]:
            about, _, raw_path = entry.partition(b"\t")
            mode, _, blob, size = about.decode().split()
            path = raw_path.decode(errors="surrogateescape")
            if hides is None and (
                mode not in {PLAIN_MODE, PROGRAM_MODE} or check_path(path) != path
            ):
                raise PathRejected(f"commit {sha} holds something that is no plain file")
            if is_file(mode) and not size.isdigit():
                raise _lost(blob)
            known = int(size) if size.isdigit() else 0
            if reason := hides(mode, path, known) if hides else "":
                hidden[path] = Hidden(mode, blob, reason)
            else:
                files[path] = Blob(mode, blob, known)
        if hides is not None:
            for path in self._pointers(files):
                mode, blob, _ = files.pop(path)
                hidden[path] = Hidden(mode, blob, "a pointer of git LFS")
        return Snapshot(files, hidden)

    def number_of_entries(self, sha: str) -> int:
        """How much a commit holds, folders not counted."""
        return self._git.run("ls-tree", "-r", "-z", "--name-only", sha).count(b"\0")

    def _pointers(self, files: Mapping[str, Blob]) -> list[str]:
        """The paths of what only stands for a file."""
        small = {path: blob.id for path, blob in files.items() if blob.size in POINTER_SIZES}
        contents = self.contents(small.values())
        return [path for path, sha in small.items() if contents[sha].startswith(POINTER)]

    def laid_out(self) -> dict[str, str]:
        """Path and blob id of every file that was last laid out, as the index remembers it."""
        entries = self._git.run("ls-files", "--stage", "-t", "-z", index=True).split(b"\0")[:-1]
        blobs = {}
        for entry in entries:
            about, _, raw_path = entry.partition(b"\t")
            path = raw_path.decode(errors="surrogateescape")
            if not about.startswith(SKIPPED) and _is_accepted(path):
                blobs[path] = about.decode().split()[2]
        return blobs

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The bytes of each object. Raises `ProductError` where one is gone."""
        names = list(dict.fromkeys(ids))
        if not names:
            return {}
        output = self._git.run(
            "cat-file", "--batch", "--buffer", stdin="\n".join([*names, ""]).encode()
        )
        contents, start = {}, 0
        for name in names:
            header_end = output.index(b"\n", start)
            header = output[start:header_end].split()
            if header[-1] == b"missing":
                raise _lost(name)
            size = int(header[-1])
            contents[name] = output[header_end + 1 : header_end + 1 + size]
            start = header_end + 1 + size + 1
        return contents

    def kinds(self, ids: Iterable[str]) -> dict[str, str]:
        """What those of the objects are that are there: `commit`, `tree`, `blob` or `tag`."""
        names = sorted(set(ids))
        if not names:
            return {}
        form = "--batch-check=%(objectname) %(objecttype)"
        answers = self._git.run("cat-file", form, stdin="\n".join([*names, ""]).encode())
        found = dict(map(str.split, answers.decode().splitlines()))
        return {name: kind for name, kind in found.items() if kind != "missing"}

    def parent(self, sha: str) -> str | None:
        """The id of the commit before this one, if there is one."""
        named = self._git.run("rev-list", "--parents", "--max-count=1", sha).decode().split()
        return named[1] if len(named) > 1 else None

    def committers(self, sha: str, known: Iterable[str]) -> set[str]:
        """Who made the commits that led to `sha` and to none of the `known` ones."""
        told = self._git.run("rev-list", "--format=%cn <%ce>", sha, "--not", *known)
        return set(told.decode(errors="replace").split("\n")[1::2])

    def not_in(self, blobs: Iterable[str], commits: Iterable[str], base: str | None) -> set[str]:
        """Those of the blobs that are there, but in no commit that came after `base`, up to these."""
        found = {sha for sha, kind in self.kinds(blobs).items() if kind == "blob"}
        until = ["--not", base] if base else []
        if found:
            told = self._git.run("rev-list", "--objects", "--no-object-names", *commits, *until)
            found -= set(told.decode().split())
        return found

    def history(self, sha: str, base: str | None = None) -> list[str]:
        """The ids of the commits that led to `sha`, newest first; none that led to `base`."""
        until = ["--not", f"{base}^@"] if base else []
        return self._git.run("rev-list", "--topo-order", sha, *until).decode().split()


def _lost(name: str) -> ProductError:
    return ProductError(f"the git repository lacks the object {name}: it was damaged from outside")


def _is_accepted(path: str) -> bool:
    try:
        return check_path(path) == path
    except PathRejected:
        return False
