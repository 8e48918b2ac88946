"""An experiment: a grid of runs over companies, tasks and repetitions, and what it shows.

experiment = Experiment.load("study.yaml")
await experiment.run()
experiment.frame()          # one row a run, as a polars DataFrame
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from company.cards.card_files import label_of
from company.cards.problems import nearest, shown
from company.cards.validation import validate
from company.cards.yaml_file import YamlDocument, read_yaml
from company.errors import ConfigurationError
from company.lab.design import registration
from company.lab.design.condition import Condition, SpecBook
from company.lab.design.contrasts import Weighed, comparisons, contrasts_of
from company.lab.design.design import baseline_of, conditions_of
from company.lab.design.experiment_card import ExperimentCard
from company.lab.design.matched import partners
from company.lab.design.plan import Job, Plan, record_of
from company.lab.design.published import Published, published_in
from company.lab.design.registration import Registration
from company.lab.design.run_name import digest, run_name
from company.lab.execution.folder import LabFolder
from company.lab.tasks.reading import read_tasks
from company.lab.tasks.task_card import TaskCard
from company.run_options import LONGEST_NAME
from warehouse.product.git.foreign import repository_around
from warehouse.product.intake.customer_files import are_tracked

if TYPE_CHECKING:
    import polars as pl

    from company.lab.analysis.analysis import Analysis
    from company.lab.execution.engine import Engine, WorkSettings
    from company.lab.execution.progress import Tally
    from company.lab.planned import Planned
    from company.lab.rows.table import Table

EXPERIMENTS = Path("experiments")
"""Where experiments are kept unless said otherwise."""
MOST_RUNS = 100_000


@dataclass(frozen=True)
class Experiment:
    """An experiment's file, read and checked, and the folder it is kept in."""

    path: Path
    card: ExperimentCard
    folder: LabFolder
    configuration: str

    @classmethod
    def load(cls, path: str | Path, *, folder: Path | None = None) -> "Experiment":
        """Read an experiment; it is kept in `folder`, by default `experiments/NAME`.

        Raises ConfigurationError naming file, line and the nearest valid word.
        """
        file = Path(path)
        document = read_yaml(file, label_of(file))
        card = validate(ExperimentCard, document)
        _check_metrics(card, document)
        home = LabFolder(folder or EXPERIMENTS / card.name)
        return cls(file, card, home, file.read_text("utf-8-sig"))

    @cached_property
    def tasks(self) -> list[TaskCard]:
        """The tasks. Raises ConfigurationError where one cannot be read, or is not there."""
        tasks = [task for name in self.card.tasks for task in self._tasks_at(name)]
        known = [task.id for task in tasks]
        for task_id in self.card.only:
            if task_id not in known:
                raise ConfigurationError(
                    f"only: no task is {shown(task_id)}{nearest(task_id, known)}"
                )
        return [task for task in tasks if not self.card.only or task.id in self.card.only]

    def _tasks_at(self, name: str) -> list[TaskCard]:
        """The tasks of a file or folder that the study names.

        A study may come from anyone, so what it names lies in its own folder, or git tracks both.
        """
        home = Path(os.path.abspath(self.path.parent))  # noqa: PTH100 — links stay as they are
        place = Path(os.path.normpath(home / name))
        if place.is_relative_to(home):
            return read_tasks(place, below=home)
        top = repository_around(home)
        if top is None or not are_tracked(top, home / self.path.name, place):
            raise ConfigurationError(
                f"tasks: {shown(name)} lies outside of the study's folder, and git does not track the"
                " two together: put the tasks beside the study, or both under version control"
            )
        return read_tasks(place, below=top)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What is compared."""
        return conditions_of(self.card)

    @property
    def contrasts(self) -> tuple[Weighed, ...]:
        """What is compared besides. Raises ConfigurationError where it cannot be."""
        return contrasts_of(self.card, self.conditions)

    @property
    def baseline(self) -> str:
        """The condition that the others are compared with. Raises ConfigurationError where it is none."""
        return baseline_of(self.card, self.conditions)

    @property
    def looks(self) -> tuple[int, ...]:
        """After how many tasks it may be looked at. Raises ConfigurationError where there are not so many."""
        looks = tuple(self.card.looks)
        if looks and looks[-1] >= len(self.tasks):
            raise ConfigurationError(
                f"looks: the last one is after {looks[-1]} tasks, and there are {len(self.tasks)}: they are looked at"
                " anyway when all are done."
            )
        return looks

    @property
    def published(self) -> tuple[Published, ...]:
        """What others found. Raises ConfigurationError where nothing is compared in its place."""
        others = [each.name for each in self.conditions if each.name != self.baseline]
        compared = [each.name for each in self.contrasts]
        return published_in(self.card, [*(others if self._compares_conditions else []), *compared])

    @property
    def comparisons(self) -> int:
        """How many there will be."""
        return comparisons(
            self.conditions,
            self.contrasts,
            self.card.metrics,
            compares_conditions=self._compares_conditions,
        )

    @property
    def _compares_conditions(self) -> bool:
        return self.card.compare == "baseline"

    def planned(
        self,
        *,
        metric: str | None = None,
        pilot: str | Path | None = None,
        difference: float | None = None,
        task_sd: float | None = None,
        repetition_sd: float | None = None,
    ) -> "Planned":
        """What it could show before anything is spent; printed, it is what `softhouse experiment plan` tells.

        Raises ConfigurationError for what cannot be.
        """
        from company.lab.planned import planned

        by = metric or self.card.metrics[0]
        return planned(self, by, pilot, difference, task_sd=task_sd, repetition_sd=repetition_sd)

    async def plan(self, sandbox: str) -> Plan:
        """Every run to be made; `sandbox` is the backend all of them have.

        Raises ConfigurationError where a condition cannot work on a task, or the study was registered
        and is no longer what was.
        """
        plan = await self._plan(sandbox, registration.text_at(self.path))
        registered = registration.read(plan.registration, registration.place_of(self.path).name)
        if registered is not None:
            design = registration.design_of(record_of(plan, None, ()))
            registration.check(registered, design, self.path)
        return plan

    async def register(self, *, why: str = "", sealed: bool = False) -> Registration:
        """Write down what the study is to show, or amend what was, and `why`; and return all of it.

        Tasks that are `sealed` are written down by their digests alone. Raises ConfigurationError where
        it is registered already and no reason is given, or nothing is changed.
        """
        from company.lab.registering import register

        plan = record_of(await self._plan("none", ""), None, ())
        return register(self.path, self.folder, plan, why=why, sealed=sealed)

    async def _plan(self, sandbox: str, registered: str) -> Plan:
        card = self.card
        runs = card.repetitions * len(self.tasks) * len(self.conditions)
        if runs > MOST_RUNS:
            raise ConfigurationError(
                f"The experiment would have {runs:,} runs, and at most {MOST_RUNS:,} can be made: take "
                "fewer repetitions, tasks (only) or conditions (design: one_factor)."
            )
        book = SpecBook(self.path.parent, sandbox=sandbox, limits=card.limits, label=card.name)
        jobs = [
            await self._job(book, task, condition, repetition)
            for repetition, task in self.order()
            for condition in self.conditions
        ]
        return replace(self.outline(registered), jobs=tuple(jobs))

    def outline(self, registered: str) -> Plan:
        """All of the plan that the file itself says, without its runs: whoever makes those asks the servers of
        models. Raises ConfigurationError where the study cannot be made.
        """
        card = self.card
        return Plan(
            kind="experiment",
            name=card.name,
            jobs=(),
            conditions=self.conditions,
            title=card.title or card.name,
            question=card.question,
            baseline=self.baseline,
            compares_conditions=self._compares_conditions,
            contrasts=self.contrasts,
            looks=self.looks,
            margins=card.margins,
            published=self.published,
            paired=card.paired,
            factors=self._factors(),
            metrics=tuple(card.metrics),
            configuration=self.configuration,
            registration=registered,
        )

    def order(self) -> Iterable[tuple[int, TaskCard]]:
        """Repetitions and tasks as they are worked on: with looks task by task, in an order that has nothing to do
        with what tasks are about."""
        rounds = range(1, self.card.repetitions + 1)
        if not self.looks:
            return product(rounds, self.tasks)
        mixed = sorted(self.tasks, key=lambda task: digest(str(self.card.seed), task.id))
        return ((repetition, task) for task, repetition in product(mixed, rounds))

    async def run(
        self,
        settings: "WorkSettings | None" = None,
        *,
        engine: "Engine | None" = None,
        progress: "Tally | None" = None,
    ) -> None:
        """Make every run that is not made yet, by default in this process. What is measured is the study's to say.

        Raises BudgetReached, ProviderError or SandboxError where it cannot go on; what was done is
        kept, and the next call goes on there.
        """
        from company.lab.execution.engine import WorkSettings
        from company.lab.execution.execute import work_through
        from company.lab.report.reporting import is_decided

        card = self.card
        await work_through(
            self.folder,
            self.plan,
            replace(
                settings or WorkSettings(), mutants=card.mutants, embeddings=card.embeddings or ""
            ),
            engine=engine,
            progress=progress,
            is_decided=partial(is_decided, self.folder),
        )

    @property
    def as_now(self) -> LabFolder:
        """The folder as reports read it: by the registration as it is now, and not as it was when `run` was last
        called. Raises ConfigurationError where nothing was run.
        """
        from company.lab.as_now import as_now

        return as_now(self)

    def frame(self) -> "pl.DataFrame":
        """One row a run, with every metric; what is not measured is null. Reads the folder only."""
        from company.lab.report.results import results_frame

        return results_frame(self.folder)

    def report(self) -> list[Path]:
        """Write tables and report into the folder, and return where they are."""
        from company.lab.report.reporting import write_results

        return write_results(self.as_now)

    def calls(self) -> "pl.DataFrame":
        """One row a call of a model. As in all of these, what runs share is there once, as made in `run`."""
        from company.lab.rows.calls import CALLS

        return self._rows(CALLS)

    def messages(self) -> "pl.DataFrame":
        """One row a message: what roles and people said to each other."""
        from company.lab.rows.messages import MESSAGES

        return self._rows(MESSAGES)

    def edits(self) -> "pl.DataFrame":
        """One row a file that a commit changed."""
        from company.lab.rows.edits import EDITS

        return self._rows(EDITS)

    def events(self) -> "pl.DataFrame":
        """One row an event of a journal."""
        from company.lab.rows.events import EVENTS

        return self._rows(EVENTS)

    def _rows(self, table: "Table") -> "pl.DataFrame":
        from company.lab.rows.once import frame_of

        return frame_of(self.folder, table)

    def analyse(self) -> "Analysis":
        """What the runs show: means, differences to the baseline, their intervals and tests."""
        from company.lab.analysis.analysis import analyse
        from company.lab.report.reporting import study_of

        return analyse(study_of(self.as_now))

    async def _job(
        self, book: SpecBook, task: TaskCard, condition: Condition, repetition: int
    ) -> Job:
        group = f"{task.id}/{repetition}"
        if not self.card.paired:
            group = f"{group}/{condition.name}"
        seed = self.seed(condition, repetition)
        name = f"{condition.name}: {task.id}, {repetition}"
        of_task = task.id, str(repetition)
        return Job(
            id=run_name(condition.name, *of_task),
            task=task,
            condition=condition.name,
            repetition=repetition,
            spec=await book.spec(task, condition, name=name[:LONGEST_NAME], seed=seed),
            group=group,
            settings=condition.shown(),
            partners={
                key: run_name(partner, *of_task)
                for key, partner in partners(condition.settings).items()
            },
        )

    def seed(self, condition: Condition, repetition: int) -> int:
        """The seed of a run, unless its condition or task sets one."""
        seed = self.card.seed + repetition - 1
        if self.card.paired:
            return seed
        return seed + self.card.repetitions * self.conditions.index(condition)

    def _factors(self) -> tuple[str, ...]:
        keys = [key for condition in self.conditions for key in condition.settings]
        return tuple(dict.fromkeys([*self.card.factors, *keys]))


def _check_metrics(card: ExperimentCard, document: YamlDocument) -> None:
    """Raises CardError for a metric that is not there."""
    from company.cards.problems import CardError
    from company.lab.metrics.catalogue import is_metric
    from company.lab.metrics.own import load_installed, unknown

    load_installed()
    problems = [
        document.problem(
            ("metrics", index),
            unknown(name),
        )
        for index, name in enumerate(card.metrics)
        if not is_metric(name)
    ]
    problems += [
        document.problem(("margins", name), why)
        for name, margin in card.margins.items()
        if (why := _no_margin(card, name, margin))
    ]
    if problems:
        raise CardError(problems)


def _no_margin(card: ExperimentCard, metric: str, margin: float) -> str:
    """Why something is no margin of a primary metric; else empty."""
    from company.lab.metrics.catalogue import described

    if metric not in card.metrics:
        return f"{shown(metric)} is none of the metrics{nearest(metric, card.metrics)}"
    if described(metric).compared == "ratio" and margin <= 1:
        return "a factor above 1, since it is compared by ratio: 1.25 is a quarter more, or as much less"
    if described(metric).is_share and margin >= 1:
        return "below 1, which is all there can be: 0.1 is 10 points"
    return ""
