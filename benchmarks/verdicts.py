"""What is made of programs that are known to be right: the canonical solutions of HumanEval, whose file
(`.jsonl` or `.jsonl.gz`) is the argument.

A company is asked for each, is given the solution by a scripted model, runs it in bubblewrap, and would
mend it as long as something speaks against it. A solution *works* where the verdict holds, HumanEval's
own check passes as an acceptance check, and no call was made but the one that wrote it. Bound: all do.
"""

import asyncio
import gzip
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from company.acceptance.check_card import CheckCard
from company.acceptance.checking import check_acceptance
from company.company import Company
from company.engine.resources import Resources, open_resources
from company.lab.tasks.functions import FILE, as_task
from tests.support.houses import write_cards
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider

AT_ONCE = 2
MENDING = {"name": "mending", "max": 1, "until": "execution.ok", "steps": ["fix_bugs", "run_tests"]}
STEPS = ["coding", "run_tests", {"loop": MENDING}]
Problem = dict[str, Any]


def problems(path: Path) -> Iterator[Problem]:
    """Those of HumanEval, in their order."""
    packed = path.suffix == ".gz"
    for line in (gzip.decompress(path.read_bytes()) if packed else path.read_bytes()).splitlines():
        yield json.loads(line)


def title(problem: Problem) -> str:
    """What no other task holds."""
    return f"{problem['task_id']}: "


def rule(problem: Problem) -> dict[str, Any]:
    """The reply of the model to whoever asks for this one."""
    reply = file_block(FILE, problem["prompt"] + problem["canonical_solution"])
    return {"user": title(problem), "replies": [reply]}


def check(problem: Problem) -> CheckCard:
    """HumanEval's own, as whoever reads its file as tasks has it."""
    return CheckCard.model_validate(as_task(problem)["checks"][0])


async def fault(house: Company, problem: Problem, folder: Path, resources: Resources) -> str:
    """Why a solution does not work; empty where it does."""
    assert resources.backend
    run = await house.work(
        title(problem) + problem["prompt"],
        products=folder,
        seed=1,
        sandbox="bubblewrap",
        resources=resources,
    )
    (outcome,) = await check_acceptance(run.product.files(), [check(problem)], resources.backend)
    reasons = [outcome.reason] if not outcome.passed else []
    reasons += [f"{run.usage.calls} calls"] if run.usage.calls != 1 else []
    reasons += [run.summary.reason] if run.summary.exit_code else []
    return "; ".join(reasons)


async def judged(found: list[Problem], folder: Path) -> dict[str, str]:
    """What speaks against each of these."""
    write_cards(folder / "cards", "chains", mended={"steps": STEPS})
    write_cards(folder / "cards", "companies", mended={"title": "One", "chain": "mended"})
    turn = asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:
        script = {"rules": [rule(problem) for problem in found]}
        provider = await stack.enter_async_context(ScriptedProvider.from_script(script))
        resources = await stack.enter_async_context(open_resources("bubblewrap"))
        house = Company.load(
            "mended", model=f"url:{provider.url}#scripted", overlay=folder / "cards"
        )

        async def one(problem: Problem) -> str:
            async with turn:
                return await fault(house, problem, folder / "products", resources)

        faults = await asyncio.gather(*map(one, found))
    return {problem["task_id"]: why for problem, why in zip(found, faults, strict=True)}


def main() -> None:
    found = list(problems(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory() as folder:
        faults = asyncio.run(judged(found, Path(folder)))
    for name, why in faults.items():
        if why:
            print(f"{name}: {why}")
    print(f"{sum(not why for why in faults.values())} of {len(faults)} work (bound: all)")


if __name__ == "__main__":
    main()
