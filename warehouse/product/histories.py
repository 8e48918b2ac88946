"""Taking in what others committed: the history of a customer's repository, and packs that were sent."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import BinaryIO

from warehouse.errors import ProductError
from warehouse.product.branches import BASE, COMMITTER, KEPT, OWN_BRANCHES, check_tag
from warehouse.product.git.command import SHALLOW, GitCommand
from warehouse.product.git.git_dir import replace
from warehouse.product.git.packs import link_packs, take_pack
from warehouse.product.git.refs import set_head
from warehouse.product.git.remains import clear_remains
from warehouse.product.reader import ProductReader


class HistoryKeeper(ProductReader):
    """A product's repository that takes in commits of others; only one at a time writes to it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._lock = RLock()
        self._has_written = False

    def set_base(self, sha: str) -> None:
        """Have the work in a customer's repository stand on another commit."""
        with self._writing():
            self._refs.write({BASE: sha})

    def go_on_from(self, pack: BinaryIO | Path, base: str, branch: str, shallow: str = "") -> None:
        """Take in the history of a customer's repository, and go on in a branch of its own.

        `pack` is one, or a git directory of ours whose packs were checked. `branch` is its full name, below OWN_BRANCHES, and `shallow` git's list of the commits whose
        parents are not there. Raises ProductError.
        """
        check_tag(branch.removeprefix(OWN_BRANCHES))
        with self._writing() as git:
            if shallow:
                git.is_cut_off = self._git.is_cut_off = True
                replace(self._git.git_dir / SHALLOW, shallow.encode(), durable=True)
            if isinstance(pack, Path):
                link_packs(pack, self._git.git_dir)
            else:
                take_pack(git, pack)
            set_head(self._git.git_dir, branch)
            self.branch, self.is_theirs = branch, True
            self._refs.write({BASE: base, branch: base})

    def take_in(self, pack: bytes, refs: Mapping[str, str]) -> None:
        """Add the objects of a pack, all of them checked, and let refs, whose names are checked ones,
        lead to commits that are there then. Raises ProductError."""
        with self._writing() as git:
            if pack:
                take_pack(git, pack, "--fix-thin")
            kinds = self._objects.kinds(refs.values())
            if lost := [sha for sha in refs.values() if kinds.get(sha) != "commit"]:
                raise ProductError(f"the pack lacks the commit {lost[0]}")
            self._refs.write(refs)

    def _keep_beyond(self, sha: str | None) -> str | None:
        """Keep the head of the branch below KEPT, where somebody else's commits led there that `sha` does
        not know; its id then."""
        head = self.head()
        if head is None or head == sha:
            return None
        known = [each for each in (sha, self.base()) if each]
        try:
            committers = self._objects.committers(head, known)
        except ProductError:
            return None  # it was left by a power loss, and leads nowhere
        if not committers - {COMMITTER}:
            return None
        self._refs.write({f"{KEPT}{head}": head})
        return head

    @contextmanager
    def _writing(self) -> Iterator[GitCommand]:
        """One writer at a time; the first time, what a run that was killed left is cleared away."""
        with self._lock, self._git.alone() as git:
            if not self._has_written:
                clear_remains(self._git.git_dir)
                self._has_written = True
            yield git
