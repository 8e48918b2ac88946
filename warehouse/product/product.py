"""The program being made: a git repository with one commit for every step that changed it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Self

from warehouse.durable import sync_tree
from warehouse.errors import PathRejected, ProductError
from warehouse.events import ChangedFile
from warehouse.paths import MAX_TOTAL_BYTES, check_path, check_sizes, check_tree
from warehouse.product.git.command import GitCommand
from warehouse.product.git.commits import (
    Commit,
    LogEntry,
    compose,
    git_date,
    identity,
    log_entry,
    parse,
)
from warehouse.product.git.diff import FileDiff, diff_of
from warehouse.product.git.git_dir import make_git_dir
from warehouse.product.git.layout import LaidOut, Layout
from warehouse.product.git.line_changes import file_changes
from warehouse.product.git.loose_objects import (
    Head,
    LooseObjects,
    Tree,
    differing_paths,
    tree_of,
    write_commit,
)
from warehouse.product.git.objects import GitObjects
from warehouse.product.git.refs import Refs
from warehouse.product.git.remains import clear_remains, make_sure_it_is_whole

BRANCH = "refs/heads/main"
COMMITTER = identity("softhouse", "softhouse")

_SHA = re.compile(r"[0-9a-f]{40}")
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*")


class Product:
    """A product's repository; every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self.path = path = path.absolute()
        self._git = GitCommand(path / ".git")
        self._objects = GitObjects(self._git)
        self._refs = Refs(self._git.git_dir)
        self._store = LooseObjects(self._git.git_dir)
        self._layout = Layout(path, self._objects)
        self._lock = RLock()
        self._has_written = False
        self._last: tuple[str, Tree] | None = None
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

    def head(self) -> str | None:
        """The id of the last commit, or None before the first."""
        return self._refs.all().get(BRANCH)

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
    ) -> Commit | None:
        """Record `changes` (None deletes a file) on top of `parent`, and lay the files out.

        The same arguments give the same id, whenever and wherever they are given, and the branch
        moves to it even if it stood elsewhere: that is what resuming a run needs. A change that
        changes nothing gives None. Raises `PathRejected` for a file that may not be in a product.
        """
        checked = _checked(changes)
        _check_sha(parent)
        check_tag(tag)
        text = compose(message, {**trailers, "Role": role})
        with self._writing():
            before = self._tree(parent)
            after = _tree_after(before, checked)
            if after == before:
                return None
            head = Head(identity(author, role), COMMITTER, git_date(at), text, parent)
            fresh = {after[path].id: data for path, data in checked.items() if data is not None}
            files = self._file_changes(before, after, fresh)
            last = self._laid_out()
            sha = write_commit(self._store, head, after, fresh.values())
            self._refs.write(dict.fromkeys([BRANCH, *([f"refs/tags/{tag}"] if tag else [])], sha))
            self._layout.change(last, after, fresh)
            self._last = sha, after
        return Commit(sha, parse(text)[0], author, files, tag)

    def tag(self, name: str, sha: str) -> None:
        """Name a commit; a name that exists is moved."""
        check_tag(name)
        _check_sha(sha)
        with self._writing():
            known = self._last is not None and self._last[0] == sha
            if not known and self._objects.kinds([sha]).get(sha) != "commit":
                raise ProductError(f"the product has no commit {sha} that could be called {name}")
            self._refs.write({f"refs/tags/{name}": sha})

    def restore(self, sha: str | None) -> None:
        """Make branch, index and work tree what they were when `sha` was recorded (None: nothing
        was yet), whatever a kill or a power loss made of them since.

        Files that somebody changed stay as they are. Raises ProductError where `sha` itself is gone.
        """
        _check_sha(sha)
        with self._writing():
            if sha is not None and self._objects.kinds([sha]).get(sha) != "commit":
                raise ProductError(
                    f"The product in {self.path} lacks the commit {sha}, which was recorded: its"
                    " git repository was damaged from outside. Put a copy of it there, then resume;"
                    " what was said is all in the journal, beside it."
                )
            self._layout.restore(self._laid_out(), self._objects.tree(sha))
            if sha is None:
                self._refs.delete(BRANCH)
            else:
                self._refs.write({BRANCH: sha})

    def files(self, sha: str | None = None) -> dict[str, bytes]:
        """Path and content of every file of a commit (the last one by default), in path order."""
        _check_sha(sha)
        tree = self._objects.tree(sha or self.head())
        contents = self._objects.contents(blob.id for blob in tree.values())
        return {path: contents[blob.id] for path, blob in sorted(tree.items())}

    def read(self, path: str, sha: str | None = None) -> bytes:
        """The content of one file of a commit (the last one by default)."""
        _check_sha(sha)
        blob = self._objects.tree(sha or self.head()).get(check_path(path))
        if blob is None:
            raise ProductError(f"the product has no file '{path}'")
        return self._objects.contents([blob.id])[blob.id]

    def sizes(self, sha: str | None = None) -> dict[str, int]:
        """Path and bytes of every file of a commit (the last one by default), in path order."""
        _check_sha(sha)
        tree = self._objects.tree(sha or self.head())
        return {path: blob.size for path, blob in sorted(tree.items())}

    def diff(self, sha: str) -> list[FileDiff]:
        """What a commit changed since the one before it, file by file, hunk by hunk."""
        _check_sha(sha)
        parent = self._objects.parent(sha)
        before, after = self._objects.tree(parent), self._objects.tree(sha)
        differing = differing_paths(before, after)
        sizes = [tree[path].size for tree in (before, after) for path in differing if path in tree]
        if sum(sizes) > MAX_TOTAL_BYTES:
            raise ProductError(f"commit {sha[:10]} changed too much to be looked at line by line")
        return diff_of(self._git, sha, parent)

    def log(self, sha: str | None = None) -> list[LogEntry]:
        """The commits that led to `sha` (the last one by default), newest first."""
        _check_sha(sha)
        refs = self._refs.all()
        start = sha or refs.get(BRANCH)
        if start is None:
            return []
        tags: dict[str, list[str]] = {}
        for name, target in refs.items():
            if name.startswith("refs/tags/"):
                tags.setdefault(target, []).append(name.removeprefix("refs/tags/"))
        commits = self._objects.contents(self._objects.history(start))
        return [log_entry(each, raw, tags.get(each, [])) for each, raw in commits.items()]

    def take_in(self, pack: bytes, refs: Mapping[str, str]) -> None:
        """Add the objects of a pack, all of them checked, and let refs, whose names are checked ones,
        lead to commits that are there then. Raises ProductError."""
        with self._writing() as git:
            if pack:
                git.run("index-pack", "--stdin", "--fix-thin", "--strict", stdin=pack)
            kinds = self._objects.kinds(refs.values())
            if lost := [sha for sha in refs.values() if kinds.get(sha) != "commit"]:
                raise ProductError(f"the pack lacks the commit {lost[0]}")
            self._refs.write(refs)

    def keep(self, files: Mapping[str, bytes], head: Head, ref: str) -> str:
        """Store files as a commit of their own, which a ref beside the branch leads to; its id."""
        with self._writing():
            sha = write_commit(self._store, head, tree_of(files), files.values())
            self._refs.write({ref: sha})
        return sha

    @contextmanager
    def _writing(self) -> Iterator[GitCommand]:
        """One writer at a time; the first time, what a run that was killed left is cleared away."""
        with self._lock, self._git.alone() as git:
            if not self._has_written:
                clear_remains(self._git.git_dir)
                self._has_written = True
            yield git

    def _file_changes(
        self, before: Tree, after: Tree, fresh: Mapping[str, bytes]
    ) -> list[ChangedFile]:
        """What became of every file that differs; `fresh` are the new contents by id."""
        differing = differing_paths(before, after)
        earlier = self._contents({before[path].id for path in differing if path in before})
        return file_changes(before, after, {**earlier, **fresh})

    def _contents(self, ids: set[str]) -> dict[str, bytes]:
        loose = {sha: data for sha in ids if (data := self._store.blob(sha)) is not None}
        return loose | self._objects.contents(ids - loose.keys())

    def _tree(self, sha: str | None) -> Tree:
        return self._last[1] if self._last and self._last[0] == sha else self._objects.tree(sha)

    def _laid_out(self) -> LaidOut:
        """What lies in the work tree: by the index or, where that is lost, by the branch."""
        known = self._layout.remembered()
        if known is not None:
            return known
        try:
            by_index = self._objects.laid_out()
        except ProductError:
            by_index = {}
        return by_index or {path: blob.id for path, blob in self._branch().items()}

    def _branch(self) -> Tree:
        """The files the branch leads to, if it leads anywhere."""
        try:
            return self._objects.tree(self.head())
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


def _checked(changes: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
    checked: dict[str, bytes | None] = {}
    for path, content in changes.items():
        normal = check_path(path)
        if normal in checked:
            raise PathRejected(f"the path '{normal}' is given twice, in two spellings")
        checked[normal] = content
    return checked


def _tree_after(before: Tree, changes: Mapping[str, bytes | None]) -> Tree:
    unchanged = {path: blob for path, blob in before.items() if path not in changes}
    tree = unchanged | tree_of({path: data for path, data in changes.items() if data is not None})
    check_tree(tree)
    check_sizes({path: blob.size for path, blob in tree.items()})
    return tree


def _check_sha(sha: str | None) -> None:
    if sha is not None and not _SHA.fullmatch(sha):
        raise ProductError(f"{sha!r} is no commit id")


def check_tag(tag: str | None) -> None:
    """Raises ProductError for what is no name of a tag here."""
    if tag is not None and (not _TAG.fullmatch(tag) or tag.endswith(".lock") or len(tag) > 200):
        raise ProductError(f"{tag!r} is no tag name; use letters, digits, '-', '_', '.' and '/'")
