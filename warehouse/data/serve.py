"""One database in a process of its own: opened by the first message, asked by the others, one at a time.

A message is its length in four bytes and a JSON object. The process ends with whoever started it, since
its standard input ends then. Whatever a driver prints goes nowhere.
"""

import json
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

from warehouse.data.address import Kind
from warehouse.data.copy.making import copied
from warehouse.data.engines.engine import MISSING, Engine, open_engine
from warehouse.data.rows import LOOKED_AT, QueryLimits, Refused, Table, looked_at
from warehouse.data.secrets import without
from warehouse.data.statement import one_statement

MOST_MEMORY = 4 * 1024**3
"""Bytes of addresses, of which a good deal is never used."""
LENGTH = 4
LONGEST_FAULT = 1_000
COUNTING = QueryLimits(seconds=3.0, rows=1)
LOOKING = QueryLimits(seconds=5.0, rows=LOOKED_AT)


class Asked(msgspec.Struct):
    """What the process is to do; the first message opens the database."""

    kind: Kind | None = None
    url: str = ""
    password: str = ""
    sql: str | None = None
    limits: QueryLimits = QueryLimits()
    look_at: tuple[Table, ...] | None = None
    """Tables whose first rows are to be looked at."""
    copy_seed: int | None = None
    """A copy of the schema is to be made, with rows invented by this."""


def main() -> None:
    """Serve until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    waiting: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, waiting), daemon=True).start()
    engine, secret = None, ""
    while True:
        asked = msgspec.json.decode(waiting.get(), type=Asked)
        secret = secret or asked.password
        try:
            if engine is None:
                assert asked.kind is not None
                engine = _opened(asked.kind, asked)
                answer: Mapping[str, Any] = {"dialect": engine.dialect}
            else:
                answer = _answer(engine, asked)
        except Exception as error:  # a driver may raise anything, and a database may make it
            answer = {"fault": without(_fault(error), secret)[:LONGEST_FAULT]}
        _send(out, json.dumps(msgspec.to_builtins(answer)).encode())


def _opened(kind: Kind, asked: Asked) -> Engine:
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_AS, MOST_MEMORY)
    engine = open_engine(kind, asked.url, asked.password)
    # A table of a spreadsheet goes through a file of ours before.
    _bound(resource.RLIMIT_FSIZE, 0)
    return engine


def _bound(which: int, bound: int) -> None:
    _, hard = resource.getrlimit(which)
    bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
    resource.setrlimit(which, (bound, bound))


def _answer(engine: Engine, asked: Asked) -> Mapping[str, Any]:
    if asked.sql is not None:
        return {"rows": engine.query(one_statement(asked.sql, engine.dialect), asked.limits)}
    if asked.look_at is not None:
        return {"tables": [_looked_at(engine, table) for table in asked.look_at]}
    if asked.copy_seed is not None:
        return {"copy": copied(engine.schema(), asked.copy_seed)}
    return {"tables": engine.tables()}


def _looked_at(engine: Engine, table: Table) -> Table:
    """The table with what its first rows tell; without, where it cannot be read."""
    name, count = engine.name_of(table.name), None
    try:
        seen = engine.query(f"SELECT * FROM {name} LIMIT {LOOKED_AT}", LOOKING)  # noqa: S608
    except Exception:  # a view may be broken, or forbidden to this role: it is told of without
        return table
    try:
        counted = engine.query(f"SELECT count(*) FROM {name}", COUNTING).rows[0][0]  # noqa: S608
        count = counted if isinstance(counted, int) else None
    except Exception:  # it may be too long to be counted
        count = None
    return looked_at(table, seen, count)


def _fault(error: Exception) -> str:
    match error:
        case Refused():
            return str(error)
        case ModuleNotFoundError():
            return MISSING
        case MemoryError():
            return "It took too much memory."
    return f"{type(error).__name__}: {error}"


def _listen(stream: BinaryIO, waiting: "queue.Queue[bytes]") -> None:
    while True:
        head = stream.read(LENGTH)
        if len(head) < LENGTH:
            os._exit(0)
        waiting.put(stream.read(int.from_bytes(head)))


def _send(out: BinaryIO, message: bytes) -> None:
    out.write(len(message).to_bytes(LENGTH) + message)
    out.flush()


if __name__ == "__main__":
    main()
