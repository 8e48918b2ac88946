"""What a file of weights (GGUF) tells of itself: its context, its chat format, whether it is whole.

Only its head is read, which the file of a stranger fills: every length in it is bounded before it is
believed. The library that knows the whole format takes 12 s of CPU for the same (0.2 s here).
"""

import errno
import math
import os
import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
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
MOST_ITEMS = 1 << 22
"""Texts in all lists together; vocabularies have some hundred thousand."""
LONGEST_HEAD = 1 << 28
"""Bytes of all that is said before the tensors; vocabularies make up some millions."""
DEEPEST = 4
_SCALARS = dict(zip(range(8), "BbHhIif?", strict=True)) | {10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_BLOCKS = {
    **{
        0: (1, 4),
        1: (1, 2),
        30: (1, 2),
        24: (1, 1),
        25: (1, 2),
        26: (1, 4),
        27: (1, 8),
        28: (1, 8),
    },
    **{2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36), 20: (32, 18)},
    **{
        10: (256, 84),
        11: (256, 110),
        12: (256, 144),
        13: (256, 176),
        14: (256, 210),
        15: (256, 292),
    },
    **{16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 21: (256, 110), 22: (256, 82)},
    **{23: (256, 136), 29: (256, 56), 34: (256, 54), 35: (256, 66), 39: (32, 17)},
}
"""How a tensor is packed → how many numbers are one block of so many bytes."""
_WANTED = ("general.architecture", "general.alignment", "tokenizer.chat_template")
_CONTEXT = ".context_length"
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
        if not (stat.S_ISREG(seen.st_mode) or stat.S_ISDIR(seen.st_mode)):
            raise OSError(errno.EINVAL, "it is no plain file")  # opening a pipe would wait
        return _read_head(path, seen.st_mtime_ns, seen.st_size)
    except OSError as error:
        raise ConfigurationError(
            f"The file of weights {path} cannot be read: {error.strerror or error}. "
            "Name another one (`local:PATH.gguf`), or a model of `softhouse model list`."
        ) from None


@lru_cache(maxsize=16)
def _read_head(path: Path, changed: int, size: int) -> GgufHead:
    with path.open("rb", buffering=1 << 16) as opened:
        if opened.read(4) != MAGIC:
            raise ConfigurationError(
                f"{path} is not a GGUF file: softhouse serves weights in the format of llama.cpp. Weights "
                "in another format (safetensors, pickle) have to be converted first, or are often there as "
                "GGUF from somebody else."
            )
        try:
            file = _Reader(opened)
            version, tensors, entries = file.unpack("<IQQ")
            _check(version in VERSIONS, f"its version of the format is {version}")
            _check(max(tensors, entries) <= MOST_ENTRIES, "it has no end of entries")
            for _ in range(entries):
                _entry(file)
            told = file.told
            length = max((_tensor_end(file) for _ in range(tensors)), default=1)
            alignment = told.get("general.alignment", 32)
            _check(type(alignment) is int and 0 < alignment <= 1 << 16, "its alignment is wrong")
            begins = -(-opened.tell() // alignment) * alignment
            if begins + length > size:
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
    context = told.get(f"{kind}{_CONTEXT}")
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


@dataclass
class _Reader:
    """The head of a file, as far as it is read."""

    file: BinaryIO
    told: dict[str, Any] = field(default_factory=dict)
    """What is wanted of the metadata."""
    texts: int = 0

    def unpack(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(form, self.exactly(struct.calcsize(form)))

    def text_length(self) -> int:
        (length,) = self.unpack("<Q")
        _check(length <= LONGEST_TEXT, "a text has no end")
        return int(length)

    def exactly(self, length: int) -> bytes:
        self._check_length(length)
        data = self.file.read(length)
        if len(data) < length:
            raise EOFError
        return data

    def skip(self, length: int) -> None:
        """Beyond the end nothing is read, which the next read finds."""
        self._check_length(length)
        self.file.seek(length, os.SEEK_CUR)

    def count(self, texts: int) -> None:
        self.texts += texts
        _check(self.texts <= MOST_ITEMS, "a list has no end")

    def _check_length(self, more: int) -> None:
        _check(self.file.tell() + more <= LONGEST_HEAD, "its head has no end")


def _entry(file: _Reader) -> None:
    key = file.exactly(file.text_length()).decode()
    (kind,) = file.unpack("<I")
    is_wanted = key in _WANTED or key.endswith(_CONTEXT)
    if kind == _TEXT and is_wanted:
        file.told[key] = file.exactly(file.text_length()).decode()
    elif kind in (_TEXT, _LIST):
        _skip(file, kind)
    else:
        (value,) = file.unpack(f"<{_scalar(kind)}")
        if is_wanted:
            file.told[key] = value


def _skip(file: _Reader, kind: int, depth: int = 0) -> None:
    """Leave out a text or a list, which nothing here needs, in whatever alphabet it is."""
    if kind == _TEXT:
        file.skip(file.text_length())
        return
    _check(depth < DEEPEST, "its lists are too deep")
    of, count = file.unpack("<IQ")
    if of in (_TEXT, _LIST):
        file.count(count)
        for _ in range(count):
            _skip(file, of, depth + 1)
    else:
        file.skip(count * struct.calcsize(f"<{_scalar(of)}"))


def _tensor_end(file: _Reader) -> int:
    """Where a tensor ends, counted from where they begin; of an unknown packing, where its first byte does."""
    file.skip(file.text_length())
    (dimensions,) = file.unpack("<I")
    _check(dimensions <= 8, "a tensor has too many dimensions")
    *sizes, packing, offset = file.unpack(f"<{dimensions}QIQ")
    numbers, block = _BLOCKS.get(packing, (0, 0))
    return int(offset) + (math.prod(sizes) // numbers * block if numbers else 1)


def _scalar(kind: int) -> str:
    _check(kind in _SCALARS, f"a value is of the unknown kind {kind}")
    return _SCALARS[kind]


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
