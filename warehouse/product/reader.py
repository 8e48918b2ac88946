"""What a product holds: its files, what is hidden of them, and its history."""

from pathlib import Path

from warehouse.errors import ProductError
from warehouse.paths import MAX_TOTAL_BYTES, OF_A_PRODUCT, OF_A_REPOSITORY, Bounds, check_path
from warehouse.product.branches import BASE, BRANCH, OWN_BRANCHES, check_sha
from warehouse.product.git.command import GitCommand
from warehouse.product.git.commits import Commit, LogEntry, log_entry
from warehouse.product.git.diff import FileDiff, diff_of
from warehouse.product.git.line_changes import file_changes
from warehouse.product.git.loose_objects import differing_paths
from warehouse.product.git.objects import GitObjects
from warehouse.product.git.refs import Refs, head_ref
from warehouse.product.git.snapshot import Snapshot
from warehouse.product.hidden import reason_to_hide
from warehouse.product.room import OF_A_NEW_PROGRAM, Room


class ProductReader:
    """Reads a product's repository; every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self.path = path = path.absolute()
        self._git = GitCommand(path / ".git")
        self._objects = GitObjects(self._git)
        self._refs = Refs(self._git.git_dir)
        self.is_theirs = BASE in self._refs.all()
        """Whether it is a customer's own repository, with its history."""
        self.branch = self._found_branch()
        """The full name of the branch that the work goes on in, whatever is checked out later."""
        self._git.is_cut_off = self.is_theirs

    @property
    def bounds(self) -> Bounds:
        """How much of it there may be."""
        return OF_A_REPOSITORY if self.is_theirs else OF_A_PRODUCT

    def room(self, sha: str | None = None) -> Room:
        """What there is room for beside the files of a commit (the last one by default)."""
        check_sha(sha)
        return self._room(self._seen(sha or self.head()))

    def _room(self, commit: Snapshot) -> Room:
        if not self.is_theirs:
            return OF_A_NEW_PROGRAM
        return Room(self.bounds, frozenset(commit.hidden), is_theirs=True)

    def head(self) -> str | None:
        """The id of the last commit, or None before the first."""
        return self._refs.all().get(self.branch)

    def base(self) -> str | None:
        """The customer's commit that the work stands on, in a repository of theirs."""
        return self._refs.all().get(BASE)

    def files(self, sha: str | None = None) -> dict[str, bytes]:
        """Path and content of every file of a commit (the last one by default), in path order."""
        check_sha(sha)
        tree = self._seen(sha or self.head()).files
        contents = self._objects.contents(blob.id for blob in tree.values())
        return {path: contents[blob.id] for path, blob in sorted(tree.items())}

    def whole(self, sha: str) -> Commit:
        """A commit that was brought in, as if all of its files came with it."""
        tree = self._seen(sha).files
        contents = self._objects.contents([sha, *(blob.id for blob in tree.values())])
        entry = log_entry(sha, contents[sha], [])
        return Commit(sha, entry.subject, entry.author, file_changes({}, tree, contents))

    def read(self, path: str, sha: str | None = None) -> bytes:
        """The content of one file of a commit (the last one by default)."""
        check_sha(sha)
        blob = self._seen(sha or self.head()).files.get(check_path(path))
        if blob is None:
            raise ProductError(f"the product has no file '{path}'")
        return self._objects.contents([blob.id])[blob.id]

    def sizes(self, sha: str | None = None) -> dict[str, int]:
        """Path and bytes of every file of a commit (the last one by default), in path order."""
        check_sha(sha)
        tree = self._seen(sha or self.head()).files
        return {path: blob.size for path, blob in sorted(tree.items())}

    def hidden(self, sha: str | None = None) -> dict[str, str]:
        """What of a commit (the last one by default) is kept from roles, and why, in path order.

        It stays in every commit as it was, and no file can take its place.
        """
        check_sha(sha)
        hidden = self._seen(sha or self.head()).hidden
        return {path: each.reason for path, each in sorted(hidden.items())}

    def diff(self, sha: str) -> list[FileDiff]:
        """What a commit changed since the one before it, file by file, hunk by hunk."""
        check_sha(sha)
        parent = self._objects.parent(sha)
        before, after = self._seen(parent), self._seen(sha)
        differing = differing_paths(before.files, after.files)
        sizes = [
            tree[path].size
            for tree in (before.files, after.files)
            for path in differing
            if path in tree
        ]
        if sum(sizes) > MAX_TOTAL_BYTES:
            raise ProductError(f"commit {sha[:10]} changed too much to be looked at line by line")
        hidden = before.hidden.keys() | after.hidden.keys()
        return [each for each in diff_of(self._git, sha, parent) if each.path not in hidden]

    def log(self, sha: str | None = None) -> list[LogEntry]:
        """The commits that led to `sha` (the last one by default), newest first.

        Of a customer's own it has the last one, which the work stands on.
        """
        check_sha(sha)
        refs = self._refs.all()
        start = sha or refs.get(self.branch)
        if start is None:
            return []
        tags: dict[str, list[str]] = {}
        for name, target in refs.items():
            if name.startswith("refs/tags/"):
                tags.setdefault(target, []).append(name.removeprefix("refs/tags/"))
        commits = self._objects.contents(self._objects.history(start, refs.get(BASE)))
        return [log_entry(each, raw, tags.get(each, [])) for each, raw in commits.items()]

    def _found_branch(self) -> str:
        if not self.is_theirs:
            return BRANCH
        checked_out, there = head_ref(self._git.git_dir), self._refs.all()
        own = (each for each in (checked_out, *there) if each.startswith(OWN_BRANCHES))
        # Who gave the branch another name has it checked out, or was told to.
        return next(own, checked_out if checked_out in there else BRANCH)

    def _seen(self, sha: str | None) -> Snapshot:
        return self._objects.snapshot(sha, reason_to_hide if self.is_theirs else None)
