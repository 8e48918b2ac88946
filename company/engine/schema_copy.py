"""The schema of a run's databases, copied for software that is built for them: as one effect, with the files it makes.

Recalled, it is the same copy to the last byte, and no database is needed.
"""

import time
from collections.abc import Mapping
from pathlib import PurePosixPath

from company.engine.databases import Databases, cannot_be_asked
from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.committer import Committer, Work
from company.engine.workspace.merge import HOUSE
from company.errors import ConfigurationError
from company.tools.schema import CHARACTERS
from warehouse.data.copy.structure import Copy
from warehouse.data.copy.supplied import (
    CONNECTING,
    FRESH,
    MARK,
    ROOT,
    ROWS,
    SCHEMA,
    TESTING,
    TOLD,
    UP_TO_YOURS,
    of_all,
    of_one,
)
from warehouse.data.rows import Refused
from warehouse.data.schema_text import statements_text
from warehouse.events import Note, ToolResult
from warehouse.events.effect import TOOL

COPY = "copy"
SUBJECT = "Schema copy: an empty copy of the database, invented rows, and how it is reached"
THEIRS = (
    "{path} was there before, and stays as it is: what the house would have written is not in it."
)
RENAME = (
    f"The program has a {CONNECTING} of its own, and software for a database connects by a file of the house that is"
    " called so: rename yours, and what imports it."
)
DATABASE = (
    "The database {name}, of which the program is tried on a copy in SQLite ({connect}):\n{schema}"
)


async def copy_schemas(
    effects: Effects,
    committer: Committer,
    databases: Databases,
    seed: int,
    where: str,
    state: State,
) -> None:
    """Copy the schemas, and commit the copies in the name of the house. No row of a database is read.

    Raises ConfigurationError where one cannot be copied, or the program connects by a file of its own.
    """
    if MARK.encode() not in state.files.get(CONNECTING, MARK.encode()):
        raise ConfigurationError(RENAME)
    made = await _copied(effects, where, databases, state.task.text, seed)
    changed, state.kept = _supplied(made.changed, state)
    state.schema = made.text
    for path in sorted(made.changed.keys() - state.kept):
        effects.emit(Note(THEIRS.format(path=path)), where)
    if changed:
        await committer.commit(changed, Work(HOUSE, COPY, f"{where}/commit", SUBJECT))
        state.apply(changed)


async def _copied(
    effects: Effects, where: str, databases: Databases, task: str, seed: int
) -> ToolResult:
    """What roles are told of the databases, and the files of their copies."""
    urls = {name: source.address.url for name, source in databases.sources.items()}

    async def act() -> ToolResult:
        began, told, files = time.monotonic(), list[str](), dict[str, str]()
        copies: dict[str, Copy] = {}
        for name, source in databases.sources.items():
            try:
                copies[name] = copy = await source.copy(seed)
                tables = [each for each in await databases.tables(name) if each.name in copy.tables]
            except Refused as refused:
                raise ConfigurationError(cannot_be_asked(name, refused)) from None
            room = CHARACTERS // len(urls)
            schema = statements_text(tables, copy.tables, task, room)
            connect = "connect()" if len(urls) == 1 else f'connect("{name}")'
            told.append(DATABASE.format(name=name, connect=connect, schema=schema))
            files |= of_one(name, copy)
        kinds = {name: source.address.kind for name, source in databases.sources.items()}
        files |= of_all(kinds, copies)
        seconds = round(time.monotonic() - began, 3)
        return ToolResult("\n\n".join(told), True, seconds, dict(files))

    request = {"tool": COPY, "arguments": {"databases": urls, "question": task, "seed": seed}}
    about = {"speaker": HOUSE.name}
    return await effects.perform(TOOL, f"{where}/{COPY}", request, act, about=about)


def _supplied(
    files: Mapping[str, str | None], state: State
) -> tuple[dict[str, bytes | None], frozenset[str]]:
    """What of the files is new or different, and which are the house's.

    Of those that lie beside the program, none that was there before and is another; and the rows stay as long as
    the schema does.
    """
    there, new = state.files, {path: (text or "").encode() for path, text in files.items()}
    for path in [*new]:
        schema = path.removesuffix(ROWS) + SCHEMA
        if path.endswith(ROWS) and path in there and there.get(schema) == new[schema]:
            new[path] = there[path]
    if there.get(TESTING, new[TESTING]) != new[TESTING]:
        new[TOLD] = new[TOLD].replace(FRESH.encode(), UP_TO_YOURS.encode())
    kept = {
        path
        for path, data in new.items()
        if PurePosixPath(path).parts[0] == ROOT or there.get(path, data) == data
    }
    return {path: new[path] for path in kept if there.get(path) != new[path]}, frozenset(kept)
