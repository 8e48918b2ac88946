"""The program being made: a git repository with one commit for every step that changed it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from warehouse.durable import sync_tree
from warehouse.errors import ProductError
from warehouse.product.branches import COMMITTER, KEPT, check_sha, check_tag
from warehouse.product.changes import after, checked
from warehouse.product.git.commits import (
    Commit,
    compose,
    git_date,
    identity,
    parse,
)
from warehouse.product.git.folders import Folders
from warehouse.product.git.git_dir import make_git_dir
from warehouse.product.git.layout import LaidOut, Layout
from warehouse.product.git.line_changes import file_changes
from warehouse.product.git.loose_objects import (
    Blob,
    Head,
    LooseObjects,
    Tree,
    blob_id,
    differing_paths,
    tree_of,
    write_commit,
)
from warehouse.product.git.modes import PLAIN_MODE
from warehouse.product.git.remains import make_sure_it_is_whole
from warehouse.product.git.snapshot import Snapshot
from warehouse.product.histories import HistoryKeeper

STAGED = "What somebody had staged, and in no file\n"


class Product(HistoryKeeper):
    """A product's repository; every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._store = LooseObjects(self._git.git_dir)
        self._layout = Layout(self.path, self._objects)
        self._folders = Folders(self._store, lambda sha: self._objects.contents([sha])[sha])
        self._last: tuple[str, Snapshot] | None = None
        """The commit that was made last by this object."""

    @classmethod
    def create(cls, path: Path | str, *, durable: bool = True) -> Self:
        """Make an empty repository at `path`, which must be new or an empty folder.

        Unless it is to be `durable`, whoever builds on it sees to it that it is on the disk.
        """
        root = Path(path).absolute()
        product = cls(root)
        with _making(root):
            root.mkdir(parents=True, exist_ok=True)
            if any(root.iterdir()):
                raise ProductError(f"{root} is not empty; give the product a folder of its own")
            make_git_dir(root / ".git")
            if durable:
                sync_tree(root)
        product._layout.is_new()
        product._has_written = True
        return product

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open a product made before. Raises ProductError where the git repository is not its own."""
        root = Path(path).absolute()
        git_dir = root / ".git"
        if not _is_own(root) or not (git_dir / "objects").is_dir():
            raise ProductError(f"{root} holds no product: it has no git repository of its own")
        make_sure_it_is_whole(git_dir)
        return cls(root)

    @classmethod
    def take_up(cls, path: Path | str) -> Self:
        """Open a product of which nothing was recorded; what a power loss took of it is made again."""
        root = Path(path).absolute()
        git_dir = root / ".git"
        if root.is_dir() and _is_own(root):
            if git_dir.exists():
                make_sure_it_is_whole(git_dir)
            with _making(root):
                make_git_dir(git_dir)
        return cls.open(root)

    def commit(
        self,
        changes: Mapping[str, bytes | None],
        *,
        author: str,
        role: str,
        message: str,
        trailers: Mapping[str, str],
        at: str,
        parent: str | None,
        tag: str | None = None,
        modes: Mapping[str, str] | None = None,
    ) -> Commit | None:
        """Record `changes` (None deletes a file) on top of `parent`, and lay the files out.

        The same arguments give the same id, whenever and wherever they are given, and the branch
        moves to it even if it stood elsewhere: that is what resuming a run needs. A change that
        changes nothing gives None. A file keeps its mode, unless `modes` say another or it begins or
        ceases to begin with `#!`. Raises `PathRejected` for a file that may not be in a product.
        """
        wanted = checked(changes)
        check_sha(parent)
        check_tag(tag)
        text = compose(message, {**trailers, "Role": role})
        with self._writing():
            before, earlier, now = self._with(wanted, parent, modes or {})
            differing = differing_paths(before.files, now.files)
            if not differing:
                return None
            head = Head(identity(author, role), COMMITTER, git_date(at), text, parent)
            fresh = {blob_id(data): data for data in wanted.values() if data is not None}
            files = file_changes(before.files, now.files, {**earlier, **fresh})
            last = self._laid_out()
            kept = self._keep_theirs(parent, last)
            sha = self._store_commit(head, {path: now.files.get(path) for path in differing}, fresh)
            tags = [f"refs/tags/{tag}"] if tag else []
            self._refs.write(dict.fromkeys([self.branch, *tags], sha))
            self._layout.change(last, now, fresh)
            self._last = sha, now
        return Commit(sha, parse(text)[0], author, files, tag, kept)

    def check(
        self, changes: Mapping[str, bytes | None], parent: str, modes: Mapping[str, str]
    ) -> None:
        """Raise PathRejected where a commit, or what it becomes by changes, is none that work could go on with."""
        check_sha(parent)
        now = self._with(checked(changes), parent, modes)[-1]
        self._room(now).check({path: blob.size for path, blob in now.files.items()}, now.files)

    def _with(
        self, changes: Mapping[str, bytes | None], parent: str | None, modes: Mapping[str, str]
    ) -> tuple[Snapshot, dict[str, bytes], Snapshot]:
        """What a commit holds, the contents by id of what is changed in it, and what it becomes by that."""
        before = self._snapshot(parent)
        earlier = self._contents({before.files[path].id for path in changes.keys() & before.files})
        return before, earlier, after(before, changes, earlier, modes, self._room(before))

    def tag(self, name: str, sha: str) -> None:
        """Name a commit; a name that exists is moved."""
        check_tag(name)
        check_sha(sha)
        with self._writing():
            known = self._last is not None and self._last[0] == sha
            if not known and self._objects.kinds([sha]).get(sha) != "commit":
                raise ProductError(f"the product has no commit {sha} that could be called {name}")
            self._refs.write({f"refs/tags/{name}": sha})

    def restore(self, sha: str | None) -> str | None:
        """Make branch, index and work tree what they were when `sha` was recorded (None: nothing
        was yet), whatever a kill or a power loss made of them since.

        Files that somebody changed stay as they are, and commits that somebody made on the branch
        are kept below KEPT: the last of them is returned. Raises ProductError where `sha` is gone.
        """
        check_sha(sha)
        with self._writing():
            if sha is not None and self._objects.kinds([sha]).get(sha) != "commit":
                raise ProductError(
                    f"The product in {self.path} lacks the commit {sha}, which was recorded: its"
                    " git repository was damaged from outside. Put a copy of it there, then resume;"
                    " what was said is all in the journal, beside it."
                )
            last = self._laid_out()
            theirs = self._keep_theirs(sha, last)
            self._layout.restore(last, self._seen(sha))
            if sha is None:
                self._refs.delete(self.branch)
            else:
                self._refs.write({self.branch: sha})
        return theirs

    def _keep_theirs(self, sha: str | None, last: LaidOut) -> str | None:
        """Keep below KEPT what somebody else committed, and what they only staged; the last commit of it."""
        theirs, base = self._keep_beyond(sha), self.base()
        staged = self._layout.only_staged(last)
        commits = [each for each in (sha, self.head()) if each]
        if not staged or not commits:
            return theirs
        # After a power loss the index may be an older one of ours: what a commit has is not lost.
        lost = self._objects.not_in(staged.values(), commits, base)
        lost -= {blob.id for blob in self._seen(base).files.values()}
        tree = {path: Blob(PLAIN_MODE, each, 0) for path, each in staged.items() if each in lost}
        if not tree:
            return theirs
        at = f"{int((self._git.git_dir / 'index').stat().st_mtime)} +0000"
        made = self._store_commit(Head(COMMITTER, COMMITTER, at, STAGED, None), tree, {})
        self._refs.write({f"{KEPT}{made}": made})
        return made

    def keep(self, files: Mapping[str, bytes], head: Head, ref: str) -> str:
        """Store files as a commit of their own, which a ref beside the branch leads to; its id."""
        with self._writing():
            tree = tree_of(files)
            sha = self._store_commit(head, tree, {blob_id(data): data for data in files.values()})
            self._refs.write({ref: sha})
        return sha

    def _store_commit(
        self, head: Head, changes: Mapping[str, Blob | None], contents: Mapping[str, bytes]
    ) -> str:
        """Store a commit that changes what its parent holds; `contents` are the new ones by id."""
        for content in contents.values():
            self._store.put("blob", content)
        return write_commit(
            self._store, head, self._folders.changed(self._folders.of(head.parent), changes)
        )

    def _contents(self, ids: set[str]) -> dict[str, bytes]:
        loose = {sha: data for sha in ids if (data := self._store.content("blob", sha)) is not None}
        return loose | self._objects.contents(ids - loose.keys())

    def _snapshot(self, sha: str | None) -> Snapshot:
        return self._last[1] if self._last and self._last[0] == sha else self._seen(sha)

    def _laid_out(self) -> LaidOut:
        """What lies in the work tree: by the index or, where that is lost, by the branch.

        What only the index has was staged by somebody else, and is not ours to take away.
        """
        known = self._layout.remembered()
        if known is not None:
            return known
        try:
            by_index = self._objects.laid_out()
        except ProductError:
            by_index = {}
        committed = {path: blob.id for path, blob in self._branch().items()}
        if not by_index or not committed:
            return LaidOut(by_index or committed)
        files = {path: committed[path] for path in by_index.keys() & committed.keys()}
        staged = {path: sha for path, sha in by_index.items() if committed.get(path) != sha}
        return LaidOut(files, staged)

    def _branch(self) -> Tree:
        """The files the branch leads to, if it leads anywhere."""
        try:
            return self._seen(self.head()).files
        except ProductError:
            return {}


def _is_own(root: Path) -> bool:
    """Whether neither a product's folder nor its git directory is a link to another's."""
    return not root.is_symlink() and not (root / ".git").is_symlink()


@contextmanager
def _making(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ProductError(
            f"The product's folder {root} cannot be made: {error.strerror}. Choose another"
            " place with --products, or make it writable."
        ).caused_by(error) from None
