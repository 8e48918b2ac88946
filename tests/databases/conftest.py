"""Servers of databases, started once for all tests that ask them."""

from collections.abc import Iterator

import pytest

from tests.support import databases


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The pattern of the URLs of a PostgreSQL, to be completed with a user."""
    with databases.postgresql() as pattern:
        yield pattern


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """The pattern of the URLs of a MariaDB, to be completed with a user."""
    with databases.mariadb() as pattern:
        yield pattern
