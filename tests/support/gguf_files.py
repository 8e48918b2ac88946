"""Files of weights in miniature: the head of a GGUF as llama.cpp reads it, and a tensor of nothing."""

import struct
from pathlib import Path
from typing import Any

TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"


def gguf(path: Path, *, version: int = 3, cut: int = 0, **others: Any) -> Path:
    """A file with the metadata of a small model for conversations; what is None is left out of it, and
    `cut` bytes are missing at the end."""
    told = {
        "general.architecture": "llama",
        "general.name": "Tiny",
        "llama.context_length": 2048,
        "tokenizer.ggml.tokens": ["<s>", "</s>", "hello"],
        "tokenizer.ggml.scores": [0.0, 1.0],
        "tokenizer.chat_template": TEMPLATE,
        **{key.replace("__", "."): value for key, value in others.items()},
    }
    entries = [_text(key) + _typed(value) for key, value in told.items() if value is not None]
    tensors = _text("token_embd.weight") + struct.pack("<IQQIQ", 2, 8, 4, 0, 0)
    tensors += _text("output.weight") + struct.pack("<IQQIQ", 2, 8, 4, 0, 128)
    head = b"GGUF" + struct.pack("<IQQ", version, 2, len(entries)) + b"".join(entries) + tensors
    whole = head + bytes(-len(head) % 32) + bytes(256)
    path.write_bytes(whole[: len(whole) - cut])
    return path


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _typed(value: Any) -> bytes:
    kind, data = _kind(value)
    return struct.pack("<I", kind) + data


def _kind(value: Any) -> tuple[int, bytes]:
    match value:
        case str():
            return 8, _text(value)
        case bytes():
            return 8, value
        case float():
            return 6, struct.pack("<f", value)
        case int():
            return 4, struct.pack("<I", value)
        case list():
            kinds = [_kind(each) for each in value]
            return 9, struct.pack("<IQ", kinds[0][0], len(kinds)) + b"".join(d for _, d in kinds)
    raise TypeError(value)
