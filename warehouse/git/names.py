"""What git calls a tree and a commit: the digest of what they hold.

Computed here, they say without another look that git stored what it was given, and nothing else.
"""

import hashlib
from collections.abc import Mapping

from warehouse.git.commit_stream import Head
from warehouse.git.objects import Blob

FOLDER_MODE = "40000"


def tree_id(tree: Mapping[str, Blob]) -> str:
    """The id of a tree with these files, by path."""
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
    keyed |= {f"{name}/".encode(): (name, FOLDER_MODE, tree_id(f)) for name, f in folders.items()}
    content = b"".join(
        f"{mode} {name}\0".encode() + bytes.fromhex(sha)
        for _, (name, mode, sha) in sorted(keyed.items())
    )
    return _id("tree", content)


def commit_id(tree: str, head: Head) -> str:
    """The id of a commit of a tree."""
    lines = [f"tree {tree}", *([f"parent {head.parent}"] if head.parent else [])]
    lines += [f"author {head.author} {head.date}", f"committer {head.committer} {head.date}"]
    return _id("commit", "\n".join([*lines, "", head.text]).encode())


def _id(kind: str, content: bytes) -> str:
    header = f"{kind} {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()
