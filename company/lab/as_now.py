"""A study as its file and its registration are now, over the runs that were made of it before."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from company.errors import ConfigurationError
from company.lab.design.plan import PlanRecord, record_of, refuse_another_question, task_record
from company.lab.design.registration import Design, check, design_of, place_of, read, text_at
from company.lab.execution.folder import LabFolder

if TYPE_CHECKING:
    from company.lab.experiment import Experiment

READ_BY = ("question", "metrics", "own_metrics", "baseline", "paired", "compares_conditions", "contrasts", "looks", "margins", "published")  # fmt: skip
"""What of a study its runs do not depend on, but what is made of them does."""


class FolderAsNow(LabFolder):
    """A folder that is read by another plan than the one that is written down in it."""

    def __init__(self, path: Path, plan: PlanRecord, departure: str) -> None:
        super().__init__(path)
        self._plan, self.departure = plan, departure

    def plan(self) -> PlanRecord:
        """The study as it is now."""
        return self._plan


def as_now(experiment: "Experiment") -> LabFolder:
    """The folder of an experiment, read by its registration as it is now.

    Where the file is no longer what was registered, or without a registration no longer what was run, it is read as it was then, and the `departure`
    says so. Raises ConfigurationError where nothing was run.
    """
    path, folder = experiment.path, experiment.folder.path
    kept = experiment.folder.plan()
    try:
        text = text_at(path)
        outline = experiment.outline(text)
        refuse_another_question(outline, kept)
        registered = read(text, place_of(path).name)
        tasks = tuple(map(task_record, experiment.tasks))
    except ConfigurationError as error:
        return FolderAsNow(folder, kept, f"{path}: {error} This is the study as it was last run.")
    now = msgspec.structs.replace(record_of(outline, None, ()), jobs=tasks)
    order = Counter(task.id for _, task in experiment.order() for _ in experiment.conditions)
    of_file = {
        "title": now.title,
        "configuration": now.configuration,
        "planned": order if now.looks else {},
    }
    meant: PlanRecord | Design = now
    departure = ""
    if registered is not None:
        try:
            check(registered, _design(experiment, now, kept, registered.design), path)
        except ConfigurationError as error:
            meant, of_file = registered.design, {}
            departure = f"{error} This is the study as it was registered."
    read_by = {key: getattr(meant, key) for key in READ_BY}
    plan = msgspec.structs.replace(kept, registration=text, **of_file, **read_by)
    return FolderAsNow(folder, plan, departure)


def _design(experiment: "Experiment", now: PlanRecord, kept: PlanRecord, meant: Design) -> Design:
    """What the file says now. What only its runs could tell, the cards of its companies, is taken for what was meant."""
    conditions, last = experiment.conditions, experiment.conditions[-1]
    sets_seed = any("seed" in each.settings for each in conditions) or any(
        "seed" in task.set for task in experiment.tasks
    )
    repetitions = range(1, experiment.card.repetitions + 1)
    return msgspec.structs.replace(
        design_of(now),
        conditions={
            name: meant.conditions.get(name, "")
            if kept.conditions.get(name, settings) == settings
            else ""
            for name, settings in now.conditions.items()
        },
        repetitions=len(repetitions),
        seeds=meant.seeds
        if sets_seed
        else tuple(experiment.seed(last, each) for each in repetitions),
    )
