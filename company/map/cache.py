"""What was read out of files, kept in the user's cache by the ids of their contents.

Nothing in it is trusted: what cannot be read counts as not there, and of what can, only names and numbers
of lines are taken, which are looked up in the file itself before they are shown.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from company.map.symbols import Symbols
from warehouse.plain_file import read_plain_file
from warehouse.user_folders import cache_folder

MOST_ENTRIES = 20_000
"""Files that are remembered; then the half goes that was written first."""
MOST_BYTES = 2_000_000
"""Of one entry."""
_DECODER = msgspec.json.Decoder(Symbols)


def usual_place() -> Path:
    """Where it lies."""
    return cache_folder() / "symbols"


def key_of(data: bytes, reader: str) -> str:
    """What a file's symbols are kept by: git's name of its content, and who read it."""
    content = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return f"{content}-{reader}"


def recall(place: Path, key: str) -> Symbols | None:
    """What is remembered of a file; None for nothing, or nothing that can be used."""
    kept = read_plain_file(place / key, MOST_BYTES)
    if kept is None:
        return None
    with suppress(msgspec.DecodeError):
        return _DECODER.decode(kept)
    return None


def remember(place: Path, found: Mapping[str, Symbols]) -> None:
    """Keep these. A cache that cannot be written is none, and nobody has to know."""
    with suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        for key, symbols in found.items():
            _put(place, key, msgspec.json.encode(symbols))
        _forget_the_oldest(place)


def _put(place: Path, key: str, content: bytes) -> None:
    """Write an entry as a whole: others read and write the same ones meanwhile."""
    handle, draft = tempfile.mkstemp(dir=place)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).replace(place / key)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise


def _forget_the_oldest(place: Path) -> None:
    with os.scandir(place) as entries:
        names = [entry.name for entry in entries]
    if len(names) <= MOST_ENTRIES:
        return
    written = {}
    for name in names:
        with suppress(FileNotFoundError):
            written[name] = (place / name).lstat().st_mtime
    for name in sorted(written, key=lambda name: written[name])[: len(names) // 2]:
        (place / name).unlink(missing_ok=True)
