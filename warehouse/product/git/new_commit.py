"""A commit as git stores it: its files, a tree for each folder, and who made it when and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warehouse.product.git.loose_objects import LooseObjects
from warehouse.product.git.objects import Blob

FOLDER_MODE = "40000"


@dataclass(frozen=True, slots=True)
class Head:
    """Everything of a commit but its files; `author` and `committer` as git writes them."""

    author: str
    committer: str
    date: str
    text: str
    parent: str | None


def write_commit(
    store: LooseObjects, head: Head, tree: Mapping[str, Blob], contents: Iterable[bytes]
) -> str:
    """Store a commit of a tree and return its id; all of it is on the disk then.

    `contents` are those files of the tree that are new. Raises ProductError.
    """
    for content in contents:
        store.put("blob", content)
    lines = [f"tree {_put_tree(store, tree)}", *([f"parent {head.parent}"] if head.parent else [])]
    lines += [f"author {head.author} {head.date}", f"committer {head.committer} {head.date}"]
    sha = store.put("commit", "\n".join([*lines, "", head.text]).encode())
    store.sync()
    return sha


def _put_tree(store: LooseObjects, tree: Mapping[str, Blob]) -> str:
    entries: dict[str, tuple[str, str]] = {}
    folders: dict[str, dict[str, Blob]] = {}
    for path, blob in tree.items():
        name, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(name, {})[rest] = blob
        else:
            entries[name] = (blob.mode, blob.id)
    # git sorts a folder as if its name ended with a slash.
    keyed = {name.encode(): (name, *entry) for name, entry in entries.items()}
    for name, files in folders.items():
        keyed[f"{name}/".encode()] = name, FOLDER_MODE, _put_tree(store, files)
    return store.put(
        "tree",
        b"".join(
            f"{mode} {name}\0".encode() + bytes.fromhex(sha)
            for _, (name, mode, sha) in sorted(keyed.items())
        ),
    )
