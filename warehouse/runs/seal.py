"""Runs that were begun here by this person, told from those that came from elsewhere.

What begins a run, forks it or takes it up again carries a seal: an HMAC-SHA256 over its run spec, by
a key that lies in this person's folder of state. A journal whose spec was edited has no valid seal.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from warehouse.events import RunForked, RunResumed, RunStarted, VersionStarted
from warehouse.journal.journal import Event
from warehouse.plain_file import read_plain_file
from warehouse.sandbox.registry import warning_of
from warehouse.user_folders import state_folder

KEY_FILE = "key"
KEY_BYTES = 32
SpecEvent = RunStarted | RunForked | VersionStarted
_encoded = msgspec.json.Encoder(order="sorted").encode
Begun = TypeVar("Begun", RunStarted, RunForked, VersionStarted)


def sealed(folder: Path, begun: Begun) -> Begun:
    """The same event with the seal of this person for a run in this folder, which is there already.

    Where no key can be kept, it has none, and the run counts as one from elsewhere.
    """
    key = _own_key()
    return begun if key is None else msgspec.structs.replace(begun, seal=_seal(key, folder, begun))


def seal_again(folder: Path, events: Iterable[Event]) -> str | msgspec.UnsetType:
    """The seal for a run that this person takes up; unset where no key can be kept."""
    key, begun = _own_key(), _last_spec(events)
    return msgspec.UNSET if key is None or begun is None else _seal(key, folder, begun)


def is_made_here(folder: Path, events: Iterable[Event]) -> bool:
    """Whether this person began, forked or took up the run in this folder, by the spec it has now."""
    events = list(events)
    key, begun = _known_key(), _last_spec(events)
    if key is None or begun is None:
        return False
    valid = _seal(key, folder, begun)
    borne = (event.data.seal for event in events if isinstance(event.data, SpecEvent | RunResumed))
    return any(isinstance(seal, str) and _same(seal, valid) for seal in borne)


def own_mark(content: bytes) -> str:
    """What tells that this person wrote a content; empty where no key can be kept."""
    key = _own_key()
    return "" if key is None else _mark(key, content)


def is_own_mark(mark: str, content: bytes) -> bool:
    """Whether this person wrote a content."""
    key = _known_key()
    return key is not None and _same(mark, _mark(key, content))


def _mark(key: bytes, content: bytes) -> str:
    # Nothing that a seal is made of begins like this.
    return hmac.digest(key, b"own:" + content, hashlib.sha256).hex()


def _same(seal: str, valid: str) -> bool:
    return hmac.compare_digest(seal.encode(errors="replace"), valid.encode())


def _last_spec(events: Iterable[Event]) -> SpecEvent | None:
    specs = [event.data for event in events if isinstance(event.data, SpecEvent)]
    return specs[-1] if specs else None


def _seal(key: bytes, folder: Path, begun: SpecEvent) -> str:
    # What is empty is left out: a later version may know more fields, empty for older runs.
    fields = msgspec.to_builtins(msgspec.structs.replace(begun, seal=msgspec.UNSET))
    recorded = {name: value for name, value in fields.items() if value not in ("", None)}
    said = _encoded([begun.KIND, _very_folder(folder, begun), recorded])
    return hmac.digest(key, said, hashlib.sha256).hex()


def _very_folder(folder: Path, begun: SpecEvent) -> int:
    """The folder's inode where nothing isolates the program. A copy has another one: what was given
    away and came back may hold another program."""
    spec = begun if isinstance(begun, RunStarted) else begun.spec
    return folder.stat().st_ino if warning_of(spec.sandbox) is not None else 0


def _known_key() -> bytes | None:
    key = read_plain_file(state_folder() / KEY_FILE, KEY_BYTES)
    return key if key and len(key) == KEY_BYTES else None


def _own_key() -> bytes | None:
    """This person's key, made where there is none; None where none can be kept."""
    folder = state_folder()
    if (key := _known_key()) is not None:
        return key
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{KEY_FILE}-{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        try:
            # Another process may make one just now: the first one there holds for both.
            os.link(draft, folder / KEY_FILE)
        finally:
            draft.unlink()
    except OSError:
        pass
    return _known_key()
