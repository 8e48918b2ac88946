"""The index of a product: by it, git tells the customer what was changed since the last commit.

It holds no times or sizes of files, so git looks at their contents before it believes anything.
"""

import hashlib
import os
import struct
from collections.abc import Mapping
from pathlib import Path

from warehouse.product.git.locked import replaced
from warehouse.product.git.objects import Blob

VERSION = 2
LONGEST_TOLD = 0xFFF
"""Bytes; of a longer path the index says only that it is longer."""
Signature = tuple[int, int, int] | None
"""What shows that an index is still the one that was written; None where there is none."""


def write_index(git_dir: Path, tree: Mapping[str, Blob]) -> Signature:
    """Make the index hold the files of a tree. Raises ProductError."""
    entries = b"".join(_entry(path.encode(), tree[path]) for path in sorted(tree))
    content = struct.pack(">4sII", b"DIRC", VERSION, len(tree)) + entries
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    with replaced(git_dir / "index", durable=False) as file:
        file.write(content + digest)
    return signature(git_dir)


def signature(git_dir: Path) -> Signature:
    """What the index is known by now."""
    try:
        status = os.lstat(git_dir / "index")
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def _entry(path: bytes, blob: Blob) -> bytes:
    """Ten numbers, of which git needs but the mode; the id; and the path, filled up with NULs."""
    numbers = (0, 0, 0, 0, 0, 0, int(blob.mode, 8), 0, 0, 0)
    told = min(len(path), LONGEST_TOLD)
    entry = struct.pack(">10I20sH", *numbers, bytes.fromhex(blob.id), told) + path
    return entry + bytes(8 - len(entry) % 8)
