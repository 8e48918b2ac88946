"""The program being made: a git repository with one commit for every step that changed it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import BinaryIO, Self

from warehouse.durable import sync_tree
from warehouse.errors import ProductError
from warehouse.paths import MAX_TOTAL_BYTES, OF_A_PRODUCT, OF_A_REPOSITORY, Bounds, check_path
from warehouse.product.changes import after, checked
from warehouse.product.git.command import SHALLOW, GitCommand
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
from warehouse.product.git.folders import Folders
from warehouse.product.git.git_dir import make_git_dir, replace
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
from warehouse.product.git.objects import GitObjects
from warehouse.product.git.packs import link_packs
from warehouse.product.git.refs import Refs, head_ref, set_head
from warehouse.product.git.remains import clear_remains, make_sure_it_is_whole
from warehouse.product.git.snapshot import Snapshot
from warehouse.product.hidden import reason_to_hide
from warehouse.product.room import OF_A_NEW_PROGRAM, Room

BRANCH = "refs/heads/main"
"""Where the work on a new program goes on."""
OWN_BRANCHES = "refs/heads/softhouse/"
"""Where it does in a repository that a customer brought in; a run has one of them."""
BASE = "refs/softhouse/base"
"""The customer's commit that the work in their repository stands on."""
KEPT = "refs/softhouse/kept/"
"""Below it are, by their ids, commits that others made on the branch in the midst of a run."""
COMMITTER = identity("softhouse", "softhouse")

_OLD_FAULTS = (
    *(
        "badDate",
        "badDateOverflow",
        "badEmail",
        "badTimezone",
        "missingEmail",
        "missingSpaceBeforeDate",
    ),
    *("missingSpaceBeforeEmail", "missingNameBeforeEmail", "zeroPaddedDate", "zeroPaddedFilemode"),
)
AS_IT_IS_WRITTEN = "--strict=" + ",".join(f"{fault}=ignore" for fault in _OLD_FAULTS)
"""How strictly objects are checked: old histories hold what git writes no more, and cannot be mended."""
_SHA = re.compile(r"[0-9a-f]{40}")
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*")


def own_branch(run: str) -> str:
    """The full name of the branch that a run works in, in a customer's repository."""
    return OWN_BRANCHES + (re.sub(r"[^A-Za-z0-9_-]+", "-", run).strip("-")[:200] or "run")


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
        self.is_theirs = BASE in self._refs.all()
        """Whether it is a customer's own repository, with its history."""
        self.branch = self._found_branch()
        """The full name of the branch that the work goes on in, whatever is checked out later."""
        self._git.is_cut_off = self.is_theirs
        self._has_written = False
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

    @property
    def bounds(self) -> Bounds:
        """How much of it there may be."""
        return OF_A_REPOSITORY if self.is_theirs else OF_A_PRODUCT

    def room(self, sha: str | None = None) -> Room:
        """What there is room for beside the files of a commit (the last one by default)."""
        _check_sha(sha)
        return self._room(self._seen(sha or self.head()))

    def _room(self, commit: Snapshot) -> Room:
        if not self.is_theirs:
            return OF_A_NEW_PROGRAM
        return Room(self.bounds, frozenset(commit.hidden), is_theirs=True)

    def _found_branch(self) -> str:
        if not self.is_theirs:
            return BRANCH
        checked_out, there = head_ref(self._git.git_dir), self._refs.all()
        own = (each for each in (checked_out, *there) if each.startswith(OWN_BRANCHES))
        # Who gave the branch another name has it checked out, or was told to.
        return next(own, checked_out if checked_out in there else BRANCH)

    def head(self) -> str | None:
        """The id of the last commit, or None before the first."""
        return self._refs.all().get(self.branch)

    def base(self) -> str | None:
        """The customer's commit that the work stands on, in a repository of theirs."""
        return self._refs.all().get(BASE)

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
                git.run("index-pack", "--stdin", AS_IT_IS_WRITTEN, stdin=pack)
            set_head(self._git.git_dir, branch)
            self.branch, self.is_theirs = branch, True
            self._refs.write({BASE: base, branch: base})

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
        _check_sha(parent)
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
            kept = None if self._layout.remembered() else self._keep_beyond(parent)
            last = self._laid_out()
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
        _check_sha(parent)
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
        _check_sha(sha)
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
        _check_sha(sha)
        with self._writing():
            if sha is not None and self._objects.kinds([sha]).get(sha) != "commit":
                raise ProductError(
                    f"The product in {self.path} lacks the commit {sha}, which was recorded: its"
                    " git repository was damaged from outside. Put a copy of it there, then resume;"
                    " what was said is all in the journal, beside it."
                )
            theirs = self._keep_beyond(sha)
            self._layout.restore(self._laid_out(), self._seen(sha))
            if sha is None:
                self._refs.delete(self.branch)
            else:
                self._refs.write({self.branch: sha})
        return theirs

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

    def files(self, sha: str | None = None) -> dict[str, bytes]:
        """Path and content of every file of a commit (the last one by default), in path order."""
        _check_sha(sha)
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
        _check_sha(sha)
        blob = self._seen(sha or self.head()).files.get(check_path(path))
        if blob is None:
            raise ProductError(f"the product has no file '{path}'")
        return self._objects.contents([blob.id])[blob.id]

    def sizes(self, sha: str | None = None) -> dict[str, int]:
        """Path and bytes of every file of a commit (the last one by default), in path order."""
        _check_sha(sha)
        tree = self._seen(sha or self.head()).files
        return {path: blob.size for path, blob in sorted(tree.items())}

    def hidden(self, sha: str | None = None) -> dict[str, str]:
        """What of a commit (the last one by default) is kept from roles, and why, in path order.

        It stays in every commit as it was, and no file can take its place.
        """
        _check_sha(sha)
        hidden = self._seen(sha or self.head()).hidden
        return {path: each.reason for path, each in sorted(hidden.items())}

    def diff(self, sha: str) -> list[FileDiff]:
        """What a commit changed since the one before it, file by file, hunk by hunk."""
        _check_sha(sha)
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
        _check_sha(sha)
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

    def take_in(self, pack: bytes, refs: Mapping[str, str]) -> None:
        """Add the objects of a pack, all of them checked, and let refs, whose names are checked ones,
        lead to commits that are there then. Raises ProductError."""
        with self._writing() as git:
            if pack:
                git.run("index-pack", "--stdin", "--fix-thin", AS_IT_IS_WRITTEN, stdin=pack)
            kinds = self._objects.kinds(refs.values())
            if lost := [sha for sha in refs.values() if kinds.get(sha) != "commit"]:
                raise ProductError(f"the pack lacks the commit {lost[0]}")
            self._refs.write(refs)

    def keep(self, files: Mapping[str, bytes], head: Head, ref: str) -> str:
        """Store files as a commit of their own, which a ref beside the branch leads to; its id."""
        with self._writing():
            tree = tree_of(files)
            sha = self._store_commit(head, tree, {blob_id(data): data for data in files.values()})
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

    def _seen(self, sha: str | None) -> Snapshot:
        return self._objects.snapshot(sha, reason_to_hide if self.is_theirs else None)

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


def _check_sha(sha: str | None) -> None:
    if sha is not None and not _SHA.fullmatch(sha):
        raise ProductError(f"{sha!r} is no commit id")


def check_tag(tag: str | None) -> None:
    """Raises ProductError for what is no name of a tag here."""
    if tag is not None and (not _TAG.fullmatch(tag) or tag.endswith(".lock") or len(tag) > 200):
        raise ProductError(f"{tag!r} is no tag name; use letters, digits, '-', '_', '.' and '/'")
