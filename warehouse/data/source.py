"""A database that can be asked: the near end of the channel to the process that has the connection.

The process knows of this one nothing but what comes through the channel, is started when it is first
needed, and is ended where it does not answer in time. Then the next question starts another.
"""

import asyncio
import os
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

from warehouse import child_process
from warehouse.data.address import SERVERS, Address
from warehouse.data.copy.structure import Copy
from warehouse.data.rows import QueryLimits, Refused, Table
from warehouse.events import Rows
from warehouse.terminal_text import safe_text

GRACE_SECONDS = 8.0
"""That a process has beyond the limit of a query, before it is ended."""
OPEN_SECONDS = 120.0
"""To open a database, and to tell of its tables: files are read then."""
MOST_BYTES = 64 * 1024**2
"""Of one answer."""
LONGEST_FAULT = 1_000
"""Characters; a database quotes the values of its rows in them."""
LOGINS = (
    *("PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE", "PGUSER", "PGSSLMODE"),
    *("PGSSLROOTCERT", "MYSQL_PWD"),
)
"""What the clients of these databases read of the environment."""
PASSWORDS: Mapping[str, tuple[str, ...]] = {
    "postgresql": ("PGPASSWORD", "PGSERVICE"),
    "mysql": ("MYSQL_PWD",),
}
"""Those that bring a password to whatever server is asked."""
SERVICE = "service:"
"""Before the name of a service of PostgreSQL, whose password goes to the host that stands beside it."""
GONE = "the process that asks the database ended: it may have run out of memory"
SLOW = "the database did not answer in time, and was left alone"

Answer = TypeVar("Answer")


USUAL = QueryLimits()


class _Opened(msgspec.Struct):
    dialect: str = ""
    fault: str = ""


class _Told(msgspec.Struct):
    tables: tuple[Table, ...] = ()
    fault: str = ""


class _Found(msgspec.Struct):
    rows: Rows | None = None
    fault: str = ""


class _Made(msgspec.Struct):
    copy: Copy | None = None
    fault: str = ""


def password_variable(name: str) -> str:
    """The variable of the environment that holds the password of the database of that name."""
    return f"SOFTHOUSE_{name.upper()}_PASSWORD"


def lenders(name: str, address: Address) -> list[str]:
    """What lends the database of that name a password, set or not: variables, and services that its URL names."""
    if address.kind not in SERVERS:
        return []
    options = parse_qsl(urlsplit(address.url).query)
    services = [f"{SERVICE}{value}" for option, value in options if option == "service"]
    return [password_variable(name), *PASSWORDS[address.kind], *services]


def lends(lender: str) -> bool:
    """Whether there is such a password as far as anyone can tell without reading it."""
    return lender.startswith(SERVICE) or bool(os.environ.get(lender))


@dataclass
class DataSource:
    """One database, by the name that roles call it."""

    name: str
    address: Address
    dialect: str = ""
    """The SQL it speaks; empty before it is asked for the first time."""
    _process: Process | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tables(self) -> tuple[Table, ...]:
        """Every table and view, without what is in them. Raises Refused."""
        return (await self._asked({}, _Told, OPEN_SECONDS)).tables

    async def look_at(self, tables: Sequence[Table]) -> tuple[Table, ...]:
        """The tables with what their first rows tell. Raises Refused."""
        asked = {"look_at": tables}
        return (await self._asked(asked, _Told, OPEN_SECONDS)).tables

    async def query(self, sql: str, limits: QueryLimits = USUAL) -> Rows:
        """What one query comes to, within the limits. Raises Refused where it was not run to its end."""
        asked = {"sql": sql, "limits": limits}
        found = await self._asked(asked, _Found, limits.seconds + GRACE_SECONDS)
        assert found.rows is not None
        return found.rows

    async def copy(self, seed: int) -> Copy:
        """A copy of its schema, with rows invented by a seed; none of its own is read. Raises Refused."""
        made = await self._asked({"copy_seed": seed}, _Made, OPEN_SECONDS)
        assert made.copy is not None
        return made.copy

    async def close(self) -> None:
        """End the process, and with it the connection."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _asked(self, asked: Mapping[str, Any], kind: type[Answer], seconds: float) -> Answer:
        async with self._turn:
            try:
                if self._process is None:
                    await self._open()
                return await self._exchanged(asked, kind, seconds)
            except Refused:
                raise
            except BaseException:
                # An answer that nobody waits for would be taken for the next one.
                await self.close()
                raise

    async def _open(self) -> None:
        self._process = await child_process.start(
            child_process.python_module("warehouse.data.serve"),
            environment=child_process.own_environment(LOGINS),
        )
        opening = {
            "kind": self.address.kind,
            "url": self.address.url,
            "password": self._password(),
        }
        try:
            self.dialect = (await self._exchanged(opening, _Opened, OPEN_SECONDS)).dialect
        except Refused:
            await self.close()
            raise

    def _password(self) -> str:
        if self.address.kind not in SERVERS:
            return ""
        own = self.address.password or os.environ.get(password_variable(self.name), "")
        is_mysql = self.address.kind == "mysql"
        return own or (os.environ.get("MYSQL_PWD", "") if is_mysql else "")

    async def _exchanged(
        self, asked: Mapping[str, Any], kind: type[Answer], seconds: float
    ) -> Answer:
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        message = msgspec.json.encode(asked)
        try:
            async with asyncio.timeout(seconds):
                process.stdin.write(len(message).to_bytes(4) + message)
                await process.stdin.drain()
                length = int.from_bytes(await process.stdout.readexactly(4))
                if length > MOST_BYTES:
                    raise EOFError
                answer = msgspec.json.decode(await process.stdout.readexactly(length), type=kind)
        except TimeoutError:
            await self.close()
            raise Refused(f"{self.name}: {SLOW}.") from None
        except (EOFError, OSError, msgspec.DecodeError):
            await self.close()
            raise Refused(f"{self.name}: {GONE}.") from None
        fault: str = getattr(answer, "fault", "")
        if fault:
            raise Refused(safe_text(fault, keep_newlines=False)[:LONGEST_FAULT])
        return answer
