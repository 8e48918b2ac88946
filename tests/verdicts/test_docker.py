"""What is told of a product in bubblewrap is told of it in Docker: of each kind whose tools its image has.

Programs, servers and windows are tried in both where their tests stand.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.verdicts import test_frameworks as frameworks
from tests.verdicts import test_layouts as layouts
from tests.verdicts import test_lying_tests as lying_tests
from tests.verdicts import test_python_projects as python_projects
from tests.verdicts import test_starts as starts
from tests.verdicts.conftest import Verdict, verdicts
from warehouse.events import SuiteCounts

pytestmark = pytest.mark.engine


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def verdict(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Verdict]:
    async with verdicts("docker", tmp_path_factory.mktemp("docker")) as judge:
        yield judge


RIGHT = {
    **{name: {path: text} for name, (path, text) in starts.RIGHT.items()},
    **{name: files for name, (files, _) in layouts.RIGHT.items()},
    **{name: files for name, (files, _) in layouts.UNSEEN.items()},
    **{name: files for name, (files, _) in python_projects.STARTED.items()},
    **{f"a library: {name}": files for name, files in python_projects.LIBRARIES.items()},
}


@pytest.mark.parametrize("product", RIGHT)
async def test_nothing_speaks_against_a_right_product(verdict: Verdict, product: str) -> None:
    execution = await verdict(RIGHT[product])
    assert execution.ok, execution.summary


WRONG = {
    **{name: {path: text} for name, (path, text) in starts.WRONG.items()},
    **{name: files for name, (files, _) in layouts.WRONG.items() if "Makefile" not in files},
}


@pytest.mark.parametrize("product", WRONG)
async def test_a_near_miss_does_not_hold(verdict: Verdict, product: str) -> None:
    execution = await verdict(WRONG[product])
    assert "does not start" in execution.summary


TESTED = {
    **{name: ({"main.py": frameworks.MAIN, **files}, ok, counts)
       for name, (files, ok, counts) in frameworks.PYTHON.items()},
    **{f"node: {name}": ({"main.js": "", "main.test.js": text}, ok, counts)
       for name, (text, ok, counts) in frameworks.NODE.items() if counts},
}  # fmt: skip


@pytest.mark.parametrize("product", TESTED)
async def test_tests_are_counted_alike(verdict: Verdict, product: str) -> None:
    files, ok, counts = TESTED[product]
    (tests,) = [each for each in (await verdict(files)).checks if each.name == "tests"]
    assert (tests.ok, tests.tests) == (ok, SuiteCounts(*counts)), tests.output


@pytest.mark.parametrize("lie", list(lying_tests.LIES)[::4])
async def test_tests_that_lie_are_not_believed(verdict: Verdict, lie: str) -> None:
    files = {"main.py": lying_tests.MAIN, "test_main.py": lying_tests.WRONG}
    execution = await verdict({**files, **lying_tests.LIES[lie]})
    assert not execution.verified
