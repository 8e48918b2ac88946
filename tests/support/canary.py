"""A tree of private files that no attack may change, nor carry away."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

PRIVATE_FILES = {
    "diary.txt": "Dear diary, {word}.\n",
    ".ssh/id_ed25519": "-----BEGIN OPENSSH PRIVATE KEY-----\n{word}\n",
    "repository/.git/HEAD": "ref: refs/heads/{word}\n",
    "repository/.git/refs/heads/main.lock": "",
    "repository/.git/objects/tmp_work/{word}.txt": "",
    "repository/.git/objects/pack/tmp_pack_1": "",
    "empty.txt": "",
    "tmp_notes/{word}.txt": "{word}\n",
    "fast_import_crash_1": "{word}\n",
    "notes.lock": "",
}
"""Among them everything that a cleaner of git directories takes for a remnant."""


@dataclass(frozen=True)
class Canary:
    """Private files below `root`; `word` stands in them, and nowhere else on the machine."""

    root: Path
    word: str

    def state(self) -> dict[str, tuple[object, ...]]:
        """Everything about the tree that an attack could change."""
        return {str(path): _about(path) for path in (self.root, *self.root.rglob("*"))}

    def is_in(self, folder: Path) -> list[str]:
        """The files below a folder that give the word away, by name or content."""
        return [
            str(path)
            for path in folder.rglob("*")
            if not path.is_relative_to(self.root)
            and (self.word in path.name or _holds(path, self.word.encode()))
        ]


def new_canary(root: Path) -> Canary:
    """Write the private files below `root`, which is new."""
    word = f"q7canary{secrets.token_hex(8)}q"
    for name, text in PRIVATE_FILES.items():
        path = root / name.format(word=word)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(word=word))
        path.chmod(0o600)
    return Canary(root, word)


def _about(path: Path) -> tuple[object, ...]:
    about = path.lstat()
    content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    owner = (about.st_mode, about.st_uid, about.st_gid, about.st_nlink)
    return (*owner, about.st_size, about.st_mtime_ns, content, sorted(os.listxattr(path)))


def _holds(path: Path, word: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and word in path.read_bytes()
