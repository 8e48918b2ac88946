"""One sandbox for the products of these tests: what is judged, or witnessed, is what is done inside it."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from company.engine.workspace.execution import Execution
from tests.support.sandboxes import make_backend
from tests.support.shared_sandboxes import SharedSandboxes
from tests.support.verifying import verified
from tests.support.witnessing import See, witnesses

Verdict = Callable[[Mapping[str, str]], Awaitable[Execution]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a module share its loop, as they share its sandboxes."""
    for item in items:
        if pytest_asyncio.is_async_test(item) and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def verdict(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Verdict]:
    """What is made of the files of a product in bubblewrap; packages that one needed are kept for the next."""
    async with verdicts("bubblewrap", tmp_path_factory.mktemp("verdicts")) as judge:
        yield judge


@asynccontextmanager
async def verdicts(kind: str, folder: Path) -> AsyncIterator[Verdict]:
    """What is made of the files of products, in as few sandboxes as they can share."""
    numbers = itertools.count()
    backend = SharedSandboxes(await make_backend(kind, folder))

    async def judge(files: Mapping[str, str]) -> Execution:
        place = folder / str(next(numbers))
        place.mkdir()
        return await verified(place, {path: text.encode() for path, text in files.items()}, backend)

    try:
        yield judge
    finally:
        await backend.close()


@pytest_asyncio.fixture(
    loop_scope="module",
    scope="module",
    params=["bubblewrap", pytest.param("docker", marks=pytest.mark.engine)],
)
async def see(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[See]:
    """What witnesses make of the files of a product, in each sandbox."""
    async with witnesses(request.param, tmp_path_factory.mktemp("cache")) as see:
        yield see
