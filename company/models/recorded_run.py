"""What a model id `replay:RUN` means: a recorded run, and the model that spoke in it."""

from functools import lru_cache
from pathlib import Path

from warehouse.errors import JournalError, RunNotFound
from warehouse.events import RunForked, RunStarted, SpecRecord, VersionStarted
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.runs.folders import find_run, products_folder

PROVIDER = "replay"
MOST_COPIES = 20
"""How often a run may have been recorded from a recorded run."""


def is_recorded(model: str) -> bool:
    """Whether a model id means the answers of a recorded run."""
    return model.strip().partition(":")[0] == PROVIDER


def journal_of(run: str) -> Path:
    """The journal of a run as a model id names it. Raises RunNotFound."""
    return find_run(run, products_folder()) / FILE_NAME


def model_behind(run: str) -> str:
    """The id of the model that spoke in a run; empty where its journal does not say.

    Raises RunNotFound or JournalError where there is no such run.
    """
    model = _recorded_model(journal_of(run))
    for _ in range(MOST_COPIES):
        if not is_recorded(model):
            return model
        try:
            model = _recorded_model(journal_of(model.partition(":")[2]))
        except (RunNotFound, JournalError):
            break
    return ""


def company_behind(run: str) -> str:
    """The name of the company that worked in a run; empty where its journal does not say."""
    first = next(iter(read_events(journal_of(run))), None)
    spec = first and first.data
    return spec.company_name if isinstance(spec, SpecRecord) else ""


@lru_cache
def _recorded_model(journal: Path) -> str:
    """Said once at the beginning of a run, and again where a fork begins; never changed after."""
    model = ""
    for event in read_events(journal):
        match event.data:
            case (
                RunStarted(model=named)
                | RunForked(spec=SpecRecord(model=named))
                | VersionStarted(spec=SpecRecord(model=named))
            ):
                model = named or model
    return model
