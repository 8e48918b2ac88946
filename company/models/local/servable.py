"""The file of an embedded model, once it is sure that it can be served from this machine."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from company.errors import ConfigurationError
from company.models.local.fitting import WORKING
from company.models.local.gguf import read_head
from company.models.local.weights import Weights, catalogue
from company.models.model_id import ModelId
from warehouse.machine import Machine, this_machine


class NotFetched(ConfigurationError):
    """A model of the catalogue is not in the cache yet."""

    def __init__(self, weights: Weights) -> None:
        super().__init__(
            f"The embedded model {weights.name} is not here yet: fetch it once ({weights.gigabytes}) "
            f"with `softhouse model pull {weights.name}`."
        )
        self.weights = weights


def installed() -> bool:
    """Whether the `local` extra is there."""
    return find_spec("xllamacpp") is not None


def servable_file(
    model_id: ModelId,
    env: Mapping[str, str] | None = None,
    *,
    talks: bool = True,
    machine: Machine | None = None,
) -> Path:
    """The file of an embedded model; `talks` unless it only embeds texts.

    Raises ConfigurationError, with what to do, where the extra or the file is missing, the file is none
    that can be served or is too large for the memory; of these NotFetched for one that can be fetched.
    """
    path = model_id.file
    size = _check_file(path, talks) if path else 0
    if not installed():
        raise ConfigurationError(
            "The embedded model needs llama.cpp: `pip install 'softhouse[local]'`."
        )
    if path is None:
        weights = catalogue()[model_id.model]
        if not weights.present(env):
            raise NotFetched(weights)
        path, size = weights.path(env), weights.size
    _check_memory(path, size, machine or this_machine())
    return path


def _check_file(path: Path, talks: bool) -> int:
    """Its size in bytes."""
    head = read_head(path)
    if talks and not head.chat:
        raise ConfigurationError(
            f"{path} has no chat format in its metadata (tokenizer.chat_template), so it was not made to "
            "be talked with, and no format is guessed. Take the instruct or chat version of the model."
        )
    return head.size


def _check_memory(path: Path, size: int, machine: Machine) -> None:
    if machine.memory and size + WORKING > machine.memory:
        raise ConfigurationError(
            f"{path} is too large for the memory here: its {size / 1e9:.1f} GB need "
            f"{(size + WORKING) / 1e9:.1f} GB and more, and there are {machine.memory / 1e9:.1f} GB. Take a "
            "smaller model, or one with fewer bits for each parameter (`softhouse model list` tells what fits)."
        )
