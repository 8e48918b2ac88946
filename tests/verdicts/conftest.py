"""One sandbox for the products of these tests: what is judged is what is done inside it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from company.engine.workspace.execution import Execution
from tests.support.sandboxes import make_backend
from tests.support.verifying import verified

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
