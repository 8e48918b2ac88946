"""The one door to the symbols of a program: remembered, or read by a process of its own."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import accumulate
from pathlib import Path, PurePosixPath

import msgspec

from company.map.cache import key_of, recall, remember
from company.map.grammars import grammar_of
from company.map.symbols import NOTHING, Symbols
from warehouse import child_process

MOST_BYTES = 400_000
"""A longer file is generated, or data: it is named and not read."""
LONGEST_LINE = 20_000
"""Bytes; a file with a longer one was made by a program."""
SECONDS = 30.0
"""For all files; those that were not read by then are only named."""
AT_ONCE = 4_000_000
"""Bytes that one process is given: what is read by then is kept, also where time is up later."""
MOST_BROKEN = 5
"""Files that end the process that reads them before it is left alone."""
_DECODER = msgspec.json.Decoder(Symbols)
Batch = Sequence[tuple[str, bytes]]


async def symbols_of(texts: Mapping[str, str], cache: Path) -> dict[str, Symbols]:
    """The symbols of each file that has a grammar and that people can have written."""
    keys, known = await asyncio.to_thread(_recalled, texts, cache)
    missing = {key: path for path, key in keys.items() if key not in known}
    read = await _read(
        [(PurePosixPath(path).suffix.lower(), texts[path].encode()) for path in missing.values()]
    )
    new = dict(zip(missing, read, strict=False))
    if new:
        await asyncio.to_thread(remember, cache, new)
    known |= new
    return {path: known[key] for path, key in keys.items() if key in known}


def _recalled(texts: Mapping[str, str], cache: Path) -> tuple[dict[str, str], dict[str, Symbols]]:
    """The key of each file that can be read, and what is remembered by these."""
    keys = dict[str, str]()
    for path, text in texts.items():
        grammar, data = grammar_of(path), text.encode()
        if grammar is not None and _is_written(data):
            keys[path] = key_of(data, grammar.identity)
    recalled = {key: recall(cache, key) for key in set(keys.values())}
    return keys, {key: symbols for key, symbols in recalled.items() if symbols is not None}


def _is_written(data: bytes) -> bool:
    """Whether a file can be one that people wrote."""
    return len(data) <= MOST_BYTES and max(map(len, data.split(b"\n"))) <= LONGEST_LINE


async def _read(files: Batch) -> list[Symbols]:
    """The symbols of these files, in their order; of the last ones none where time is up.

    A file that breaks the process has none, and those after it are read by another."""
    found, broken = list[Symbols](), 0
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            while len(found) < len(files) and broken <= MOST_BROKEN:
                given = _as_many_as_fit(files[len(found) :])
                read = await _read_by_one(given)
                found += read
                if len(read) < len(given):
                    found.append(NOTHING)
                    broken += 1
    return found


def _as_many_as_fit(files: Batch) -> Batch:
    """The first of the files, for one process."""
    sizes = accumulate(len(data) for _, data in files)
    return files[: max(1, sum(size <= AT_ONCE for size in sizes))]


async def _read_by_one(files: Batch) -> list[Symbols]:
    """What one process reads before it ends."""
    reader = await child_process.start(
        child_process.python_module("company.map.extract"),
        environment=child_process.own_environment(),
    )
    try:
        output, _ = await reader.communicate(msgspec.msgpack.encode(files))
    finally:
        await _end(reader)
    *lines, _ = output.split(b"\n")  # what follows the last line break was not finished
    return [_DECODER.decode(line) for line in lines]


async def _end(reader: Process) -> None:
    if reader.returncode is None:
        reader.kill()
        await reader.wait()
