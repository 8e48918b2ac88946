"""Whether the SQL in Python files names what a schema has: each statement is prepared on an empty copy, and not run.

It runs in the sandbox, with the files as arguments. Only a table or column that is not there is a fault.
"""

import ast
import re
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

LEADING = re.compile(r"(?:\s|--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/)*")
"""Comments before a statement."""
SQL = re.compile(
    r"(?:SELECT\b.*\bFROM\b|INSERT\b.*\bINTO\b|REPLACE\s+INTO\b|UPDATE\b.*\bSET\b|DELETE\s+FROM\b"
    r"|WITH\b.*\bAS\b|(?:CREATE|DROP|ALTER)\s+(?:TEMP\w*\s+)?(?:TABLE|VIEW|INDEX)\b)",
    re.DOTALL,
)
CREATED = re.compile(
    r"CREATE\s+(TEMP\w*\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    r"(?:\"((?:[^\"]|\"\")+)\"|`([^`]+)`|\[([^\]]+)\]|(\w+))",
    re.IGNORECASE,
)
ABSENT = re.compile(r"no such (table|column): (.+)|table (.+) has no column named (.+)")
TABLES = """
    SELECT name FROM sqlite_master WHERE type IN ('table', 'view')
    UNION SELECT name FROM temp.sqlite_master WHERE type = 'table'
"""
UNBOUND = ("Incorrect number of bindings", "You did not supply a value", "Binding ")
SPOKEN = (
    "print", "input", "add_argument", "add_parser", "ArgumentParser",
    "debug", "info", "warn", "warning", "error", "exception", "critical", "log",
)  # fmt: skip
SAID = ("help", "description", "epilog")
"""Calls, and arguments of any call, that are words for people."""
ASKED = ("execute", "executemany", "executescript")
FAULTS, UNSEEN = 4, 3
"""Exit codes. Those of Python itself, 1 where it breaks, say nothing of the program."""


def main(files: Sequence[str]) -> int:
    """Print what is not there. Returns FAULTS where there is such, 0 where all fits, UNSEEN where nothing was read."""
    copies = [_copy(path) for path in sorted(Path("testdata").glob("*/schema.sql"))]
    found = [(path, *each) for path in files for each in statements(Path(path).read_text("utf-8"))]
    for copy in copies:
        for _, _, sql in found:
            created = CREATED.match(sql)
            if created and created[1]:
                _fault(copy, sql, run=True)
    fits, unread = 0, 0
    faults = []
    for path, line, sql in found:
        told = [_fault(copy, sql) for copy in copies]
        if any(fault is None for fault in told):
            fits += 1
        elif absent := next((fault for fault in told if fault), ""):
            faults.append(f"{path}:{line}: {absent}")
        else:
            unread += 1
    print(*faults, sep="\n", end="\n" if faults else "")
    print(_counted(fits, len(found), unread))
    return FAULTS if faults else 0 if fits else UNSEEN


def _counted(fits: int, found: int, unread: int) -> str:
    if not found:
        return "no statement of SQL was found in it"
    of_all = f"{fits} of {found} SQL statements name what the schema has"
    return f"{of_all}, {unread} could not be read" if unread else of_all


def statements(source: str) -> Iterator[tuple[int, str]]:
    """Each statement of SQL in a text of the program, with its line.

    Small letters are SQL where they are asked of a database, and may be words for people anywhere else.
    """
    tree = ast.parse(source)
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    aside |= {id(part) for said in _said(tree) for part in _within(said)}
    asked = {id(text) for text in _asked(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) or _is_sum(node):
            aside |= {id(part) for part in ast.iter_child_nodes(node) if _text(part) is not None}
    for node in ast.walk(tree):
        text = _text(node)
        if text is None or id(node) in aside:
            continue
        for statement in _single(text):
            sql = statement[LEADING.match(statement).end() :].rstrip()  # type: ignore[union-attr]
            is_small = id(node) in asked and sql[:1].islower()
            if SQL.match(sql.upper() if is_small else sql):
                yield node.lineno, sql  # type: ignore[attr-defined]


def _said(tree: ast.AST) -> Iterator[ast.AST]:
    """What is told to people."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in SPOKEN:
            yield from (*node.args, *node.keywords)
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.keyword) and node.arg in SAID):
            yield node


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """It and its parts, without what a database is asked in them."""
    if not (isinstance(node, ast.Call) and _called(node) in ASKED):
        yield node
        for part in ast.iter_child_nodes(node):
            yield from _within(part)


def _asked(tree: ast.AST) -> Iterator[ast.AST]:
    """What a database is asked, also by a name that it was given before."""
    given = dict[str, list[ast.AST]]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                given.setdefault(ast.unparse(target), []).append(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in ASKED:
            for text in (*node.args[:1], *(keyword.value for keyword in node.keywords)):
                yield text
                yield from given.get(ast.unparse(text), ())


def _is_sum(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _text(node: ast.AST) -> str | None:
    """A text as far as it can be seen; what is put in when it runs stands as NULL."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "NULL" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None and right is None else (left or "NULL") + (right or "NULL")
    return None


def _single(text: str) -> Iterator[str]:
    sql = ""
    # The end of its last line ends a comment there.
    for part in f"{text}\n".split(";"):
        sql += part
        if sqlite3.complete_statement(f"{sql};"):
            yield sql
            sql = ""
        else:
            sql += ";"


def _copy(schema: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.executescript(schema.read_text("utf-8"))
    except sqlite3.Error as error:
        print(f"SQLite {sqlite3.sqlite_version} cannot make {schema}: {error}")
        raise SystemExit(UNSEEN) from None
    return connection


def _fault(copy: sqlite3.Connection, sql: str, *, run: bool = False) -> str | None:
    """None where a statement fits; what it names that is not there, or nothing where it cannot be read."""
    created = CREATED.match(sql)
    tables = {
        name: [each[1] for each in copy.execute(f"PRAGMA table_info({_quoted(name)})")]
        for (name,) in copy.execute(TABLES)
    }
    if created and created[1] and not run:
        return None
    if created and not run:
        name = (created[2] or created[3] or created[4] or created[5]).replace('""', '"')
        is_there = name.lower() in map(str.lower, tables)
        return None if is_there else _no_table(name, tables)
    try:
        copy.execute(sql if run else f"EXPLAIN {sql}")
    except sqlite3.Error as error:
        told = str(error)
        if told.startswith(UNBOUND):
            return None
        absent = ABSENT.match(told)
        if absent is None:
            return ""
        if absent[1] == "table":
            return _no_table(absent[2], tables)
        return _no_column((absent[2] or absent[4]).rpartition(".")[2], sql, tables)
    except (ValueError, sqlite3.Warning):
        return ""
    return None


def _no_table(name: str, tables: dict[str, list[str]]) -> str:
    (near,) = _nearest(name, tables)[:1] or [""]
    other = f"; the nearest is {near} ({', '.join(tables[near])})" if near else ""
    return f"the schema has no table {name}{other}"


def _no_column(name: str, sql: str, tables: dict[str, list[str]]) -> str:
    words = sql.lower()
    named = [table for table in tables if table.lower() in words and tables[table]] or [*tables]
    near = _nearest(name, [column for table in named for column in tables[table]])
    other = f"; the nearest is {near[0]}" if near else ""
    held = "; ".join(f"{table} has {', '.join(tables[table])}" for table in named[:4])
    return f"the schema has no column {name}{other}. {held}"


def _nearest(word: str, known: Sequence[str] | dict[str, list[str]]) -> list[str]:
    plain = {each.lower(): each for each in known}
    return [plain[each] for each in get_close_matches(word.lower(), plain, n=1, cutoff=0.4)]


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
