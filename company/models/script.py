"""A model that says what a file tells it to, `script:FILE`: for trying cards and rehearsing studies where no model is asked."""

import asyncio
import hashlib
from collections.abc import Callable
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from company.errors import ProviderError
from company.models.recorded_answers import question_of
from company.models.request import ModelRequest
from company.models.tokens import BYTES_PER_TOKEN
from warehouse.events import CompletionResult, TokensUsed
from warehouse.history.transcript import words_of

PROVIDER = "script"


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(_listed)]


class Line(BaseModel):
    """What is said where all of `when` stands in the prompt."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: Texts = []
    say: Annotated[Texts, Field(min_length=1)]
    """One of these, drawn from the seed and the prompt."""


class Script(BaseModel):
    """The first line that fits is said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    replies: list[Line]


def is_scripted(model: str) -> bool:
    """Whether a model id means a script."""
    return model.strip().partition(":")[0] == PROVIDER


def read_script(file: str) -> Script:
    """Raises CardError, naming the line, where it cannot be used."""
    path = Path(file).expanduser()
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=16)
def _read(path: Path, changed: int) -> Script:
    from company.cards.validation import validate
    from company.cards.yaml_file import read_yaml

    return validate(Script, read_yaml(path, str(path)))


async def scripted(
    request: ModelRequest, on_words: Callable[[str], None] | None = None
) -> CompletionResult:
    """The reply of the script, at no cost and in no time; tokens are estimated.

    Raises CardError where the script cannot be used, ProviderError where no line of it fits.
    """
    file = request.model.strip().partition(":")[2]
    script = await asyncio.to_thread(read_script, file)
    texts = [words_of(each["content"], each.get("tool_calls", ())) for each in request.messages]
    # What was said before in the same talk is no reason to say it again.
    heard = [text for text, each in zip(texts, request.messages, strict=True) if each["role"] == "system"]  # fmt: skip
    prompt = "\n".join([*heard, texts[-1]])
    line = next((each for each in script.replies if all(w in prompt for w in each.when)), None)
    if line is None:
        raise ProviderError(_nothing_to_say(file, request, texts[-1]))
    drawn = hashlib.blake2b(f"{request.seed} {question_of(request.messages)}".encode()).digest()
    text = line.say[int.from_bytes(drawn) % len(line.say)]
    if on_words:
        on_words(text)
    written = ceil(len(text.encode()) / BYTES_PER_TOKEN)
    usage = TokensUsed(request.prompt_tokens, written, reported=False)
    return CompletionResult(text=text, model=request.model, finish_reason="stop", usage=usage, cost=0.0, seconds=0.0)  # fmt: skip


def _nothing_to_say(file: str, request: ModelRequest, asked: str) -> str:
    at = f" at {request.where}" if request.where else ""
    begin = " ".join(asked.split())[:120]
    return (
        f"No line of the script {file} fits what is asked{at}: “{begin}…”. Give one a `when` of words that stand in it, "
        "or add a last one without `when`."
    )
