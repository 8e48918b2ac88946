"""A statement as a model writes it, read by sqlglot: a convenience that says plainly what is wrong.

What a database allows is decided by the database; what cannot be read here is asked of it all the same.
"""

import logging

from warehouse.data.rows import Refused

LONGEST = 100_000
"""Characters of a statement."""


def one_statement(sql: str, dialect: str) -> str:
    """The statement without what stands around it. Raises Refused where it is none, or several."""
    if len(sql) > LONGEST:
        raise Refused(f"The statement has {len(sql):,} characters; at most {LONGEST:,} are run.")
    if "\0" in sql or not sql.strip(" \t\r\n;"):
        raise Refused("There is no statement in it.")
    if ";" not in sql.rstrip(" \t\r\n;"):
        return sql
    try:
        from sqlglot import parse
        from sqlglot.errors import SqlglotError
    except ImportError:
        return sql
    logging.getLogger("sqlglot").disabled = True
    try:
        statements = [each for each in parse(sql, read=dialect) if each is not None]
    except (SqlglotError, RecursionError, ValueError):
        return sql
    if len(statements) > 1:
        raise Refused("These are several statements: give a single query.")
    return sql
