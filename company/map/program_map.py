"""The map of a program for a task."""

import asyncio
from collections.abc import Collection, Mapping
from pathlib import Path

from company.map.cache import usual_place
from company.map.drawing import drawn
from company.map.focus import focus
from company.map.ranking import ranks
from company.map.reading import symbols_of
from company.map.symbols import Symbols


async def program_map(
    texts: Mapping[str, str],
    others: Mapping[str, int],
    task: str,
    tokens: int,
    *,
    chosen: Collection[str] = (),
    shown: Collection[str] = (),
    cache: Path | None = None,
) -> str:
    """The files and symbols that matter most for a task, in at most so many tokens.

    `others` are files that are no text, with their bytes; those that were `chosen` weigh most; those that
    are `shown` whole anyway are left out.
    """
    symbols = await symbols_of(texts, cache or usual_place())
    return await asyncio.to_thread(_drawn, texts, others, task, tokens, chosen, shown, symbols)


def _drawn(
    texts: Mapping[str, str],
    others: Mapping[str, int],
    task: str,
    tokens: int,
    chosen: Collection[str],
    shown: Collection[str],
    symbols: Mapping[str, Symbols],
) -> str:
    spoken = focus(task, [*texts, *others], symbols, chosen)
    scores = {
        (path, name): rank * (1 + spoken.names[name])
        for (path, name), rank in ranks(symbols, spoken.files).items()
    }
    left = {path: text for path, text in texts.items() if path not in shown}
    known = {path: each for path, each in symbols.items() if path in left}
    return drawn(left, others, known, scores, spoken.files, tokens)
