"""Attacks: who makes them, what they are after, and what must be as it was afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.canary import Canary, new_canary
from tests.support.left_behind import new_since, remains, stand_apart
from tests.support.people import Person, myself, new_person, why_nobody_can_be_made


@pytest.fixture(scope="session")
def ordinary_user() -> Iterator[Person]:
    """A user without any rights but their own."""
    if reason := why_nobody_can_be_made():
        pytest.skip(reason)
    with new_person() as person:
        yield person


@pytest.fixture(scope="session")
def other_user() -> Iterator[Person]:
    """A second one, whom the first has no reason to trust."""
    if reason := why_nobody_can_be_made():
        pytest.skip(reason)
    with new_person() as person:
        yield person


@pytest.fixture(params=["whoever tests", "an ordinary user"])
def person(request: pytest.FixtureRequest, tmp_path: Path) -> Person:
    """Each test with it is made twice: as the user who runs the tests, root in CI, and as another."""
    if request.param == "whoever tests":
        home = tmp_path / "home"
        home.mkdir(0o700)
        return myself(home)
    who: Person = request.getfixturevalue("ordinary_user")
    return who


@pytest.fixture
def open_ground() -> Iterator[Path]:
    """A folder in which every user may put things, as in /tmp."""
    with tempfile.TemporaryDirectory(prefix="softhouse-hostile-") as folder:
        Path(folder).chmod(0o1777)
        yield Path(folder)


@pytest.fixture
def canary(tmp_path: Path) -> Canary:
    """Private files of whoever runs the tests; `left_behind` sees to it that they stay as they are."""
    return new_canary(tmp_path / "private")


@pytest.fixture(autouse=True)
def left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing stays behind: no process, mount, container, socket, shared memory or key."""
    stand_apart()
    people = {"ordinary_user", "other_user"} & set(request.fixturenames)
    users = {request.getfixturevalue(name).uid for name in people}
    private = request.getfixturevalue("canary") if "canary" in request.fixturenames else None
    with_engine = request.node.get_closest_marker("engine") is not None
    before, state = remains(users, with_engine=with_engine), private and private.state()
    yield
    assert new_since(before, users, with_engine=with_engine) == {}
    assert private is None or private.state() == state
