"""The folders of a commit, of which only those that lead to a change are written anew.

What a customer's repository holds besides its files (links, submodules, empty folders, modes and names
that we never write) stays in them as it is, byte for byte.
"""

from collections.abc import Callable, Mapping

from warehouse.product.git.loose_objects import Blob, LooseObjects
from warehouse.product.git.modes import FOLDER_MODE, is_folder

Entries = Mapping[str, tuple[str, str]]
"""Name → mode and id, of everything in a folder."""


class Folders:
    """Reads and writes the trees of one git directory; only for the one writer."""

    def __init__(self, store: LooseObjects, packed: Callable[[str], bytes]) -> None:
        """`packed` reads an object that does not lie alone."""
        self._store = store
        self._packed = packed
        self._known: dict[str, Entries] = {}

    def of(self, commit: str | None) -> str | None:
        """The id of the tree that a commit holds; None for none."""
        if commit is None:
            return None
        content = self._store.content("commit", commit) or self._packed(commit)
        return content[len("tree ") :].partition(b"\n")[0].decode()

    def changed(self, tree: str | None, changes: Mapping[str, Blob | None]) -> str:
        """Store the trees that a tree becomes by `changes` (None deletes); the id of the new one.

        Raises ProductError.
        """
        return self._below(tree, changes) or self._store.put("tree", b"")

    def _below(self, tree: str | None, changes: Mapping[str, Blob | None]) -> str | None:
        """The same for a folder, which is None where nothing is left of it."""
        entries = dict(self._entries(tree)) if tree else {}
        here: dict[str, Blob] = {}
        below: dict[str, dict[str, Blob | None]] = {}
        for path, blob in changes.items():
            name, slash, rest = path.partition("/")
            if slash:
                below.setdefault(name, {})[rest] = blob
            elif blob is None:
                entries.pop(name, None)
            else:
                here[name] = blob
        for name, inside in below.items():
            mode, sha = entries.pop(name, (FOLDER_MODE, ""))
            left = self._below(sha if is_folder(mode) else None, inside)
            if left is not None:
                entries[name] = mode if is_folder(mode) else FOLDER_MODE, left
        entries.update({name: (blob.mode, blob.id) for name, blob in here.items()})
        return self._put(entries) if entries else None

    def _entries(self, tree: str) -> Entries:
        if tree not in self._known:
            content = self._store.content("tree", tree)
            self._known[tree] = _parsed(self._packed(tree) if content is None else content)
        return self._known[tree]

    def _put(self, entries: Entries) -> str:
        sha = self._store.put("tree", _composed(entries))
        self._known[sha] = entries
        return sha


def _parsed(content: bytes) -> Entries:
    entries, at = {}, 0
    while at < len(content):
        ends = content.index(b"\0", at)
        mode, _, name = content[at:ends].partition(b" ")
        at = ends + 21
        sha = content[ends + 1 : at].hex()
        entries[name.decode(errors="surrogateescape")] = mode.decode(), sha
    return entries


def _composed(entries: Entries) -> bytes:
    """git sorts a folder as if its name ended with a slash."""
    lines = []
    for name, (mode, sha) in entries.items():
        raw = name.encode(errors="surrogateescape")
        key = raw + b"/" if is_folder(mode) else raw
        lines.append((key, mode.encode() + b" " + raw + b"\0" + bytes.fromhex(sha)))
    return b"".join(line for _, line in sorted(lines))
