"""Nothing is paid to mend a product against which nothing speaks."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from company.cards.catalogue import Cards
from company.engine.workspace.execution import Execution
from phases.steps.direct import DirectStep
from phases.steps.loop import LoopStep
from phases.steps.step import BaseStep
from tests.support.houses import work, write_cards
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import CheckRecord

CODING = {
    "title": "Coding",
    "talk": {"instructor": "cto", "assistant": "programmer"},
    "prompt": "{{ task }}",
    "sees": ["task"],
    "yields": {"files": {}},
}
MENDING = {"name": "mending", "max": 2, "until": "execution.ok", "steps": ["mend", "run_tests"]}
RIGHT = {
    "a filter": ("main.py", "import sys\nfor line in sys.stdin:\n    print(line.upper())\n", 0),
    "a library": ("tips.py", "def tip(bill):\n    return bill / 10\n", 0),
    "a tool that asks the network": (
        "main.py",
        "from urllib.request import urlopen\nprint(urlopen('http://example.org').read())\n",
        1,
    ),
    "a server": (
        "main.py",
        "from http.server import HTTPServer, SimpleHTTPRequestHandler as Files\n"
        "HTTPServer(('', 8000), Files).serve_forever()\n",
        0,
    ),
    "a program of another language": ("main.rb", "puts 5\n", 1),
    "a file that nobody here can run": (
        "build.gradle",
        "dependencies { implementation 'dev.money:tips:1' }\n",
        1,
    ),
}


@pytest.mark.parametrize("product", RIGHT)
async def test_a_right_product_costs_the_call_that_wrote_it(tmp_path: Path, product: str) -> None:
    path, text, exit_code = RIGHT[product]
    calls, code = await _worked(tmp_path, path, text)
    assert (calls, code) == (1, exit_code)


@pytest.mark.parametrize("outcome", [True, None])
def test_what_holds_or_is_unseen_begins_no_repair_in_any_company(outcome: bool | None) -> None:
    """The other tests here say of each right product that it is `ok`."""
    assert Execution("tree", (CheckRecord("start", ok=outcome),)).ok
    cards = Cards()
    for name in cards.of("company"):
        company = cards.load(name)
        told = {each.name for each in company.phases.values() if "execution" in each.sees}
        for chain in company.chains.values():
            assert not told & set(_taken(chain.steps)), (name, chain.name)


async def test_one_that_breaks_is_mended(tmp_path: Path) -> None:
    calls, code = await _worked(tmp_path, "main.py", "print(1 / 0)\n")
    assert calls > 1
    assert code == 1


def _taken(steps: Iterable[BaseStep]) -> Iterator[str]:
    """The phases that are taken where nothing speaks against the program, unless a director says so."""
    for step in steps:
        mends = isinstance(step, LoopStep) and step.until == "execution.ok"
        if not mends and not isinstance(step, DirectStep):
            yield from (phase for _, phase in step.phases())
            for _, inner in step.inside():
                yield from _taken(inner)


async def _worked(folder: Path, path: str, text: str) -> tuple[int, int | None]:
    """How many calls a company made that mends what does not hold, and how it ended."""
    write_cards(folder / "cards", "phases", write=CODING, mend=CODING)
    steps = ["write", "run_tests", {"loop": MENDING}]
    write_cards(folder / "cards", "chains", tiny={"steps": steps})
    write_cards(folder / "cards", "companies", tiny={"title": "Tiny", "chain": "tiny"})
    async with ScriptedProvider([file_block(path, text)] * 9) as provider:
        run = await work(folder, provider, sandbox="bubblewrap")
    return len(provider.calls), run.summary.exit_code
