"""Files of tables (CSV, Parquet, JSON, XLSX) as one database: read into memory once, then nothing is outside."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

import duckdb

from warehouse.data.address import TABLES, Address
from warehouse.data.engines.duckdb import Duckdb, connect
from warehouse.data.rows import Refused

READERS = {
    ".csv": "read_csv",
    ".tsv": "read_csv",
    ".parquet": "read_parquet",
    ".json": "read_json",
    ".jsonl": "read_json",
    ".ndjson": "read_json",
}
MOST_FILES = 500
_UNFIT = re.compile(r"\W+")


def opened(url: str, password: str) -> Duckdb:
    """A table for each file, or sheet of one. Raises Refused where there is none, or one is unreadable."""
    path = Address.parse(url).path
    files = list(_files(path))
    if not files:
        raise Refused(f"There is no file of tables at {path}: {', '.join(TABLES)}.")
    connection, taken = connect(":memory:"), set[str]()
    for file in files:
        try:
            _read(connection, file, taken)
        except duckdb.OutOfMemoryException:
            raise Refused(
                f"{file.name} does not fit into memory beside the others: put the files into a database"
                " of DuckDB, and name that."
            ) from None
        except (duckdb.Error, OSError, ValueError) as error:
            raise Refused(f"{file.name} cannot be read as a table: {error}") from None
    return Duckdb(connection)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    # A link may lead anywhere: what it leads to was not named.
    named = (each for each in sorted(path.iterdir()) if each.suffix.lower() in TABLES)
    plain = (each for each in named if each.is_file() and not each.is_symlink())
    for number, file in enumerate(plain):
        if number == MOST_FILES:
            raise Refused(f"{path} holds more than {MOST_FILES} files of tables.")
        yield file


def _read(connection: duckdb.DuckDBPyConnection, file: Path, taken: set[str]) -> None:
    if file.suffix.lower() != ".xlsx":
        _load(connection, file, READERS[file.suffix.lower()], _free_name(file.stem, taken))
        return
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(file)
    for sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=True)
        if not rows:
            continue
        name = file.stem if len(book.sheet_names) == 1 else f"{file.stem}_{sheet}"
        # A file without a name: it is gone with this process, however that ends.
        with TemporaryFile("w+", newline="", encoding="utf-8") as text:
            csv.writer(text).writerows(rows)
            text.seek(0)
            copy = Path(f"/dev/fd/{text.fileno()}")
            _load(connection, copy, "read_csv", _free_name(name, taken))


def _load(connection: duckdb.DuckDBPyConnection, file: Path, reader: str, name: str) -> None:
    # A star in a name of a file would be a pattern to the reader.
    path = re.sub(r"([*?\[])", r"[\1]", str(file))
    connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM {reader}(?)', [path])  # noqa: S608


def _free_name(stem: str, taken: set[str]) -> str:
    """A name that queries need not quote, where there is one."""
    plain = _UNFIT.sub("_", stem).strip("_").lower() or "table"
    plain = f"t_{plain}" if plain[0].isdigit() else plain
    number, name = 1, plain
    while name in taken:
        number += 1
        name = f"{plain}_{number}"
    taken.add(name)
    return name
