"""Where a database is, as a person says it: a URL or a path; the password is kept apart from the rest.

`url` is all that journals, prompts, logs and command lines see.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from warehouse.errors import SofthouseError

Kind = Literal["sqlite", "duckdb", "files", "postgresql", "mysql"]
SCHEMES: Mapping[str, Kind] = {
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "files": "files",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
SERVERS: tuple[Kind, ...] = ("postgresql", "mysql")
TABLES = (".csv", ".tsv", ".parquet", ".json", ".jsonl", ".ndjson", ".xlsx")
"""Endings of files that are read as tables."""
_SUFFIXES: Mapping[str, Kind] = {
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
    ".db": "sqlite",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    **dict.fromkeys(TABLES, "files"),
}
OPTIONS = frozenset(
    {"host", "service", "sslmode", "sslrootcert", "connect_timeout"}
    | {"unix_socket", "charset", "ssl_ca"}
)
"""What may follow the `?` of a server's URL: nothing of it is secret."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAMED = re.compile(rf"({_NAME.pattern})=(.*)", re.DOTALL)
_UNFIT = re.compile(r"[^a-z0-9]+")
HOW = (
    "A database is a file or folder (sales.db, sales.duckdb, sales.csv, a folder of such files) or a URL:"
    " sqlite:///FILE, duckdb:///FILE, postgresql://USER@HOST/NAME, mysql://USER@HOST/NAME."
)


class BadAddress(SofthouseError):
    """What was said is no database; the message never holds what was said of a server."""


@dataclass(frozen=True)
class Address:
    """A database; of a file or folder `url` holds the absolute path."""

    kind: Kind
    url: str
    password: str = field(default="", repr=False, compare=False)

    def __str__(self) -> str:
        return self.url

    @property
    def path(self) -> Path:
        """Of a file or folder: where it lies."""
        return Path(unquote(self.url.partition("://")[2].removeprefix("/")))

    @classmethod
    def parse(cls, said: str) -> "Address":
        """A database as a person says it, or as `url` has it. Raises BadAddress."""
        scheme, is_url, rest = said.partition("://")
        if not is_url:
            return cls._of_path(Path(said))
        kind = SCHEMES.get(scheme.partition("+")[0].lower())
        if kind is None:
            raise BadAddress(f"There is no such kind of database. {HOW}")
        if kind in SERVERS:
            return cls._of_server(kind, said)
        # As SQLAlchemy has it: three slashes before a path from here, four before one from the root.
        path = unquote(rest.removeprefix("/"))
        return cls._of_file(kind, Path(path))

    @classmethod
    def _of_path(cls, path: Path) -> "Address":
        kind = "files" if path.is_dir() else _SUFFIXES.get(path.suffix.lower())
        if kind is None:
            raise BadAddress(f"Nobody here knows what kind of database that is. {HOW}")
        return cls._of_file(kind, path)

    @classmethod
    def _of_file(cls, kind: Kind, path: Path) -> "Address":
        if not path.name:
            raise BadAddress(f"The URL names no file. {HOW}")
        return cls(kind, f"{kind}:///{quote(str(path.expanduser().absolute()))}")

    @classmethod
    def _of_server(cls, kind: Kind, said: str) -> "Address":
        try:
            parts = urlsplit(said)
            options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
            parts.port  # noqa: B018 - raises ValueError for what is no port
        except ValueError:
            raise BadAddress(f"That is no URL of a database. {HOW}") from None
        # A password that was typed as it is ends the name of the host at one of these characters.
        is_cut = "@" in parts.path + parts.query or (
            parts.netloc.endswith(":") and "@" not in parts.netloc
        )
        if is_cut or "#" in said:
            raise BadAddress(
                "A / ? # @ of a password is written %2F %3F %23 %40 in a URL, and an @ behind the host %40."
            )
        if options.keys() - OPTIONS:
            raise BadAddress(
                f"What may follow the ? in the URL of a database: {', '.join(sorted(OPTIONS))}."
                " A password stands in the environment or in a password file (docs/data.md)."
            )
        login, at, host = parts.netloc.rpartition("@")
        user, _, password = login.partition(":")
        query = f"?{parts.query}" if parts.query else ""
        return cls(kind, f"{kind}://{user}{at}{host}{parts.path}{query}", unquote(password))


def read_named(said: str) -> tuple[str, Address]:
    """A database with the name that roles call it: `NAME=URL`, or a URL that a name is made from.

    Raises BadAddress.
    """
    named = _NAMED.fullmatch(said)
    if named is not None:
        return named[1], Address.parse(named[2])
    address = Address.parse(said)
    return _name_of(address), address


def check_name(name: str) -> str:
    """The name. Raises ValueError where a database cannot be called so."""
    if not _NAME.fullmatch(name):
        raise ValueError("a database is called by small letters, digits and _, at most 40")
    return name


def _name_of(address: Address) -> str:
    last = urlsplit(address.url).path.rstrip("/").rpartition("/")[2]
    stem = unquote(last).lower().partition(".")[0]
    plain = _UNFIT.sub("_", stem).strip("_")[:40]
    return plain if _NAME.fullmatch(plain) else "data"
