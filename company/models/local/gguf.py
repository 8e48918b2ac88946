"""What a file of weights (GGUF) tells of itself: its context, its chat format, whether it is whole.

Only its head is read, which the file of a stranger fills: every length in it is bounded before it is
believed. The library that knows the whole format takes 12 s of CPU for the same (0.2 s here).
"""

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from company.errors import ConfigurationError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
LONGEST_TEXT = 1 << 20
"""Bytes; chat templates are the longest texts, of some thousands."""
MOST_ENTRIES = 1 << 16
"""Of metadata, and of tensors; large models have about two thousand."""
MOST_ITEMS = 1 << 24
"""Of one list; vocabularies have some hundred thousand."""
DEEPEST = 4
_SCALARS = dict(zip(range(8), "BbHhIif?", strict=True)) | {10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_KNOWN_CHATS = {
    "<|im_start|>": "chatml",
    "<|start_header_id|>": "llama3",
    "<start_of_turn>": "gemma",
    "<|start|>": "harmony",
    "[INST]": "mistral",
    "<|assistant|>": "zephyr",
}
"""What stands in a template → the name of the format, for people; llama.cpp reads the template."""


@dataclass(frozen=True, slots=True)
class GgufHead:
    """What is known of a model from its file."""

    size: int
    """Bytes of the file."""
    context: int
    """Tokens that the model was made for."""
    chat: str
    """The name of its chat format; empty where the file holds none."""


def read_head(path: Path) -> GgufHead:
    """What the file tells, read once as long as it does not change.

    Raises ConfigurationError for one that is not there, is no GGUF, is cut short or holds no language model.
    """
    try:
        seen = path.stat()
        return _read_head(path, seen.st_mtime_ns, seen.st_size)
    except OSError as error:
        raise ConfigurationError(
            f"The file of weights {path} cannot be read: {error.strerror or error}. "
            "Name another one (`local:PATH.gguf`), or a model of `softhouse model list`."
        ) from None


@lru_cache(maxsize=16)
def _read_head(path: Path, changed: int, size: int) -> GgufHead:
    with path.open("rb", buffering=1 << 16) as file:
        if file.read(4) != MAGIC:
            raise ConfigurationError(
                f"{path} is not a GGUF file: softhouse serves weights in the format of llama.cpp. Weights "
                "in another format (safetensors, pickle) have to be converted first, or are often there as "
                "GGUF from somebody else."
            )
        try:
            version, tensors, entries = _unpack(file, "<IQQ")
            _check(version in VERSIONS, f"its version of the format is {version}")
            _check(max(tensors, entries) <= MOST_ENTRIES, "it has no end of entries")
            told = dict(_entry(file) for _ in range(entries))
            last = max((_tensor_offset(file) for _ in range(tensors)), default=0)
            alignment = told.get("general.alignment", 32)
            _check(type(alignment) is int and 0 < alignment <= 1 << 16, "its alignment is wrong")
            begins = -(-file.tell() // alignment) * alignment
            if begins + last >= size:
                raise EOFError
        except EOFError:
            raise ConfigurationError(
                f"{path} is cut short: it ends after {size / 1e9:.1f} GB, before its own last part. "
                "Fetch or copy it again."
            ) from None
        except (UnicodeDecodeError, ValueError, OverflowError) as error:
            raise ConfigurationError(
                f"{path} begins like a GGUF file and is damaged ({error}). Fetch or copy it again."
            ) from None
    return _head(path, told, size)


def _head(path: Path, told: Mapping[str, Any], size: int) -> GgufHead:
    kind = told.get("general.architecture")
    context = told.get(f"{kind}.context_length")
    if type(context) is not int or context < 1:
        raise ConfigurationError(
            f"{path} holds no language model: its metadata names no context"
            f"{f' (it is of the kind {kind[:40]!r})' if isinstance(kind, str) else ''}. "
            "Name the file of the model itself, not of what belongs to it."
        )
    template = told.get("tokenizer.chat_template")
    return GgufHead(size, context, _chat(template))


def _chat(template: object) -> str:
    if not isinstance(template, str) or not template.strip():
        return ""
    return next((name for mark, name in _KNOWN_CHATS.items() if mark in template), "its own")


def _entry(file: BinaryIO) -> tuple[str, Any]:
    key = _text(file)
    (kind,) = _unpack(file, "<I")
    return key, _value(file, kind)


def _value(file: BinaryIO, kind: int, depth: int = 0) -> Any:
    """A value; of a list, which nothing here needs, nothing."""
    if kind == _TEXT:
        return _text(file)
    if kind != _LIST:
        return _unpack(file, f"<{_scalar(kind)}")[0]
    _check(depth < DEEPEST, "its lists are too deep")
    of, count = _unpack(file, "<IQ")
    _check(count <= MOST_ITEMS, "a list has no end")
    if of in (_TEXT, _LIST):
        for _ in range(count):
            _skip(file, _unpack(file, "<Q")[0]) if of == _TEXT else _value(file, of, depth + 1)
    else:
        _skip(file, count * struct.calcsize(f"<{_scalar(of)}"))
    return None


def _tensor_offset(file: BinaryIO) -> int:
    _text(file)
    (dimensions,) = _unpack(file, "<I")
    _check(dimensions <= 8, "a tensor has too many dimensions")
    *_, offset = _unpack(file, f"<{dimensions}QIQ")
    return int(offset)


def _scalar(kind: int) -> str:
    _check(kind in _SCALARS, f"a value is of the unknown kind {kind}")
    return _SCALARS[kind]


def _text(file: BinaryIO) -> str:
    (length,) = _unpack(file, "<Q")
    _check(length <= LONGEST_TEXT, "a text has no end")
    return _exactly(file, length).decode("utf-8")


def _unpack(file: BinaryIO, form: str) -> tuple[Any, ...]:
    return struct.unpack(form, _exactly(file, struct.calcsize(form)))


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) < length:
        raise EOFError
    return data


def _skip(file: BinaryIO, length: int) -> None:
    """Beyond the end nothing is read, which the next read finds."""
    file.seek(min(length, 1 << 40), os.SEEK_CUR)


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
