"""Judging as a batch: a run of the company `judge` for each pair and order, with a journal, a price and a resume."""

from company.errors import ConfigurationError
from company.lab.batch import Batch
from company.lab.execution.folder import LabFolder
from company.lab.judging.judges import place_of
from company.lab.judging.pairs import pairs_of

COMPANY = "judge"


def judging(folder: LabFolder, judge: str) -> Batch:
    """A run for each pair and order that is to be judged by a model.

    Raises ConfigurationError where there is nothing.
    """
    tasks = [task for pair in pairs_of(folder) if not pair.is_same for task in pair.tasks()]
    if not tasks:
        raise ConfigurationError(
            f"{folder.path} has no two programs for one task that differ: run the experiment first."
        )
    return Batch(
        name=f"{folder.path.name} judged"[:80],
        tasks=tuple(tasks),
        folder=LabFolder(place_of(folder, "models", judge)),
        settings={"company": COMPANY, "model": judge},
    )
