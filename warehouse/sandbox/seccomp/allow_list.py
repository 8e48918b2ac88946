"""The list in `calls.yaml`, as what both ways of writing it down need."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

LIST = Path(__file__).parent / "calls.yaml"
MACHINES = ("x86_64", "aarch64")
"""In the order of the numbers in the list."""
WHOLE = (1 << 64) - 1
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Test:
    """Holds when an argument has these values in the bits of the mask."""

    argument: int
    mask: int
    value: int


Alternative = tuple[Test, ...]
"""Tests that must all hold."""


@dataclass(frozen=True)
class Call:
    """A system call that is allowed when any alternative holds."""

    name: str
    numbers: tuple[int | None, ...]
    """By machine; None where it has no such call."""
    alternatives: tuple[Alternative, ...] = ((),)


@dataclass(frozen=True)
class AllowList:
    """What may be called, and what shall seem not to exist. All else is refused."""

    calls: tuple[Call, ...]
    missing: tuple[Call, ...]


@functools.cache
def allow_list(*, counted: bool) -> AllowList:
    """`counted` says that a control group counts all memory a program has the kernel keep."""
    data = yaml.load(LIST.read_bytes(), Loader=_LOADER)  # noqa: S506 — one of the safe loaders
    sections = ("", "_where_counted") if counted else ("",)
    calls = [call for part in sections for call in _plain(data[f"allowed{part}"])]
    calls += [call for part in sections for call in _guarded(data[f"guarded{part}"])]
    return AllowList(tuple(calls), tuple(_plain(data["missing"])))


def _plain(rows: Mapping[str, Sequence[int | None]]) -> Iterator[Call]:
    for name, numbers in rows.items():
        yield Call(name, tuple(numbers))


def _guarded(rows: Mapping[str, Mapping[str, Any]]) -> Iterator[Call]:
    for name, row in rows.items():
        alternatives = [found for when in row["when"] for found in _alternatives(when)]
        yield Call(name, tuple(row["numbers"]), tuple(alternatives))


def _alternatives(when: Mapping[int, Mapping[str, Any]]) -> Iterator[Alternative]:
    return product(*(_tests(argument, rule) for argument, rule in when.items()))


def _tests(argument: int, rule: Mapping[str, Any]) -> list[Test]:
    """Each of them suffices."""
    match rule:
        case {"is": values}:
            return [Test(argument, WHOLE, value) for value in values]
        case {"without": bits}:
            return [Test(argument, bits, 0)]
        case {"is_not": value}:  # one of its 32 bits is another
            return [Test(argument, 1 << bit, ~value & 1 << bit) for bit in range(32)]
        case _:
            raise ValueError(f"{LIST.name}: what does {rule!r} mean?")
