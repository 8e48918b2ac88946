"""The folder of a batch or an experiment: its plan, its runs, and what came of them.

    batches/prices/
      plan.json                     what was to be run
      runs/<job>/                   a run each, as any other: journal.jsonl, product/
      results.csv, results.parquet, report.html
      judged/                       what judges said of its programs
      measured.json                 what was measured, so that nothing is measured twice
      calls.parquet, …              what was recorded, where it was exported

Where every run stands is read from the runs' own journals; there is no second record.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from company.errors import ConfigurationError
from company.lab.design.plan import Plan, PlanRecord, record_of
from warehouse.durable import replace_file
from warehouse.errors import SofthouseError
from warehouse.plain_file import open_plain_file
from warehouse.runs.folders import OWN

PLAN = "plan.json"
RUNS = "runs"
LOCK = "lock"
JUDGED = "judged"
"""The folder of judges in that of an experiment."""
LARGEST_PLAN = 1 << 30
"""Bytes that are read of one; a hundred thousand jobs have a tenth of it."""
MEASURED = "measured.json"
EXPORTED = ("calls.parquet", "messages.parquet", "edits.parquet", "events.parquet", "data_card.md", "conversations.jsonl")  # fmt: skip
WRITTEN = ("results.csv", "results.parquet", "report.html", MEASURED, *EXPORTED)
"""What is made of the runs."""


def is_planned(run: Path) -> bool:
    """Whether the run in a folder belongs to a batch or an experiment."""
    around = run.absolute().parent
    return around.name == RUNS and (around.parent / PLAN).is_file()


class LabFolder:
    """Where a batch or an experiment is kept."""

    departure = ""
    """In what the study's file is no longer what was run or registered, in sentences, where that was looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    @property
    def runs(self) -> Path:
        """The folder of the runs; `--products` of other commands takes it."""
        return self.path / RUNS

    def run(self, job: str) -> Path:
        """The folder of one job's run."""
        return self.runs / job

    @contextmanager
    def locked(self, plan: Plan) -> Iterator[None]:
        """Hold the folder for one process, with the plan written down.

        Raises ConfigurationError where another process works on it, where it is the folder of
        something else, or where the plan would make something else of a run that was begun.
        """
        try:
            self._refuse_what_is_not_ours()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.path, self.runs):
                folder.mkdir(OWN, exist_ok=True)
            descriptor = open_plain_file(self.path / LOCK, os.O_CREAT | os.O_RDWR)
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConfigurationError(
                    f"Another process is working in {self.path}. Wait for it, or stop it first."
                ) from None
            try:
                self._write(plan)
            except OSError as error:
                raise self._unwritable(error) from None
            yield
        finally:
            os.close(descriptor)

    def _unwritable(self, error: OSError) -> SofthouseError:
        return SofthouseError(
            f"Nothing can be kept in {self.path}: {error.strerror}. Choose another folder with --to."
        )

    def plan(self) -> PlanRecord:
        """The plan as it was written down. Raises ConfigurationError where there is none."""
        path = self.path / PLAN
        try:
            with os.fdopen(open_plain_file(path), "rb") as file:
                return msgspec.convert(json.loads(file.read(LARGEST_PLAN)), PlanRecord)
        except FileNotFoundError:
            raise ConfigurationError(
                f"{self.path} holds no batch and no experiment: there is no {PLAN} in it."
            ) from None
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from None
        except (ValueError, RecursionError):
            raise ConfigurationError(
                f"{path} is no plan: it was changed from outside. Put it back, or take it away and "
                "give the command again: the runs beside it are kept."
            ) from None

    def _write(self, plan: Plan) -> None:
        earlier = self.plan() if (self.path / PLAN).exists() else None
        begun = {folder.name for folder in self.runs.iterdir()}
        try:
            record = record_of(plan, earlier, begun)
        except ConfigurationError as error:
            raise ConfigurationError(f"{self.path}: {error}") from None
        text = json.dumps(msgspec.to_builtins(record), indent=1, ensure_ascii=False)
        replace_file(self.path / PLAN, text.encode("utf-8", "backslashreplace"))

    def _refuse_what_is_not_ours(self) -> None:
        """Raises ConfigurationError for a folder in which somebody keeps something else."""
        if self.runs.is_symlink():
            raise ConfigurationError(f"{self.runs} is a link: runs are not kept behind one.")
        if not self.path.is_dir() or (self.path / PLAN).exists():
            return
        ours = (RUNS, LOCK, JUDGED, f".{PLAN}.draft", f".{MEASURED}.draft", *WRITTEN)
        other = next((each.name for each in self.path.iterdir() if each.name not in ours), None)
        if other is not None:
            raise ConfigurationError(
                f"{self.path} holds something else ({other}), and no {PLAN}: choose a new or an "
                "empty folder with --to."
            )
