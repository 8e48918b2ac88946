"""What was measured of runs, kept beside the results: it starts three programs a run, and says the same each time.

A folder may come from anyone, and who makes a report anew must not believe figures that came with it. So what
is kept bears the mark of this person's key; without that, everything is measured.
"""

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from company.lab.execution.folder import MEASURED
from company.lab.metrics.catalogue import Values, known_besides
from company.lab.metrics.exposure import Trace, trace_of
from company.lab.metrics.measure import measure
from warehouse.durable import replace_file
from warehouse.errors import ProductError
from warehouse.journal.journal import Event
from warehouse.plain_file import read_plain_file
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT
from warehouse.runs.seal import is_own_mark, own_mark

MOST_BYTES = 1 << 30
"""Bytes of the file; a hundred thousand runs have a third of it."""
HOUSE = Path(__file__).parents[3]
ROOMS = ("company", "warehouse")
"""Whose files decide what is measured."""
TOOLS = ("radon", "ruff")


class Measured(msgspec.Struct, frozen=True):
    """What is known of one run."""

    values: Values
    trace: Trace


class _Kept(msgspec.Struct, frozen=True):
    """The file: runs, each by the digest of all that it was measured by."""

    runs: dict[str, Measured] = {}
    mark: str = ""


class Measurements:
    """Measures the runs of a folder, each once for as long as it stays what it is."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / MEASURED
        self._kept = _read(self._path)
        self._asked: dict[str, Measured] = {}

    def of(self, run: Path, events: Sequence[Event]) -> Measured:
        """Everything measured of the run in this folder, whose journal holds these events."""
        try:
            product = Product.open(run / PRODUCT)
            head = product.head()
            digest = _digest(events, f"{head} {product.is_theirs}")
            found = self._kept.get(digest) or _measured(events, product.files(head))
        except ProductError:
            return _measured(events, {})
        self._asked[digest] = found
        return found

    def keep(self) -> None:
        """Keep what was asked for, where anything can be kept there."""
        if self._asked.keys() == self._kept.keys():
            return
        with suppress(OSError, UnicodeEncodeError):
            if mark := own_mark(_encoded(self._asked)):
                replace_file(self._path, msgspec.json.encode(_Kept(self._asked, mark)))


def _measured(events: Sequence[Event], files: Mapping[str, bytes]) -> Measured:
    return Measured(measure(events, files), trace_of(events, files))


def _read(path: Path) -> Mapping[str, Measured]:
    """What this person kept; nothing where it is not theirs."""
    try:
        kept = msgspec.json.decode(read_plain_file(path, MOST_BYTES) or b"{}", type=_Kept)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return kept.runs if is_own_mark(kept.mark, _encoded(kept.runs)) else {}


def _encoded(runs: Mapping[str, Measured]) -> bytes:
    return b"".join([MEASURED.encode(), msgspec.json.encode(runs)])


def _digest(events: Iterable[Event], product: str) -> str:
    """Of all that decides on the values: the journal, the product, and who measures."""
    measurer = f"{_measurer()} {sorted(each.digest for each in known_besides.values())}"
    digest = hashlib.sha256(f"{measurer} {product}\n".encode())
    for event in events:
        digest.update(event.line())
    return digest.hexdigest()


@cache
def _measurer() -> str:
    """This very softhouse and its tools: others may measure otherwise."""
    digest = hashlib.sha256(sys.version.encode())
    for tool in TOOLS:
        digest.update(f"{tool} {_version(tool)}\n".encode())
    for path in sorted(path for room in ROOMS for path in (HOUSE / room).rglob("*")):
        if path.suffix in (".py", ".yaml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not here"
