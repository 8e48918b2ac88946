"""One sandbox for the products of these tests: what is judged, or witnessed, is what is done inside it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from company.engine.workspace.execution import Execution
from tests.support.sandboxes import make_backend
from tests.support.verifying import verified
from tests.support.witnessing import See, witnesses

Verdict = Callable[[Mapping[str, str]], Awaitable[Execution]]


@pytest.fixture
async def verdict(tmp_path: Path) -> AsyncIterator[Verdict]:
    """What is made of the files of a product in bubblewrap."""
    backend = await make_backend("bubblewrap", tmp_path)

    async def judge(files: Mapping[str, str]) -> Execution:
        return await verified(
            tmp_path, {path: text.encode() for path, text in files.items()}, backend
        )

    yield judge
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
