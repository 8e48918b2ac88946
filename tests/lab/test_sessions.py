"""What was worked on in a folder before counts for the limits of the whole."""

from pathlib import Path

import pytest

from company.cards.company_card import RunLimits
from company.errors import BudgetReached
from company.lab.batch import Batch
from company.lab.execution.engine import WorkSettings
from company.lab.execution.execute import work_through
from company.lab.execution.folder import LabFolder
from tests.support.labs import model_of, task
from tests.support.scripted_provider import ScriptedProvider

MAIN = "### main.py\n```python\nprint('tip', 60)\n```\n"


async def test_everything_in_the_folder_counts_for_the_limits_of_the_whole(tmp_path: Path) -> None:
    async with ScriptedProvider([MAIN], latency=0.2) as provider:

        def batch(*names: str) -> Batch:
            settings = {"company": "solo", "model": model_of(provider)}
            tasks = tuple(task(name) for name in names)
            return Batch("many", tasks, LabFolder(tmp_path / "many"), settings)

        first, second = batch("a", "b", "c", "d"), batch("e")
        await work_through(first.folder, first.plan, WorkSettings(sandbox="none", at_once=4))
        limits = RunLimits(calls=4)
        with pytest.raises(BudgetReached, match="call limit"):
            await work_through(
                second.folder, second.plan, WorkSettings(sandbox="none", limits=limits)
            )
        assert len(provider.calls) == 4
        limits = RunLimits(seconds=0.1)
        with pytest.raises(BudgetReached, match="time limit"):
            await work_through(
                second.folder, second.plan, WorkSettings(sandbox="none", limits=limits)
            )
