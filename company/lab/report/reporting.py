"""Writing what came of a batch or an experiment: tables and a report, from its folder alone."""

import platform
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from company.errors import ConfigurationError
from company.lab.design import registration
from company.lab.design.plan import PlanRecord
from company.lab.execution.folder import PLAN, RUNS, LabFolder
from company.lab.report.results import Tell, results_frame, unheard

if TYPE_CHECKING:
    import polars as pl

    from company.lab.analysis.study import Study

NEEDED = ("polars", "scipy", "matplotlib", "radon")
REPORT = "report.html"
TRANSCRIPT = "transcript.html"
PRIMARY = ("completed", "checks_passed", "verified", "tokens")
"""What a batch is looked at by."""


def write_results(folder: LabFolder, tell: Tell = unheard) -> list[Path]:
    """Write results.csv, results.parquet and report.html, and return their paths.

    `tell` is told how far it is. Raises ConfigurationError where there is no plan, or what this needs is not installed.
    """
    require_lab()
    from company.lab.report.report import write_report
    from company.lab.report.tables import write_tables

    study = study_of(folder, tell)
    tables = write_tables(study.frame, folder.path)
    write_report(study, folder.path / REPORT)
    return [*tables, folder.path / REPORT]


def study_of(folder: LabFolder, tell: Tell = unheard) -> "Study":
    """What a report is made of. Raises ConfigurationError as `write_results` does."""
    require_lab()
    return study_with(folder, results_frame(folder, tell))


def study_with(folder: LabFolder, frame: "pl.DataFrame") -> "Study":
    """The same with results from elsewhere, such as a table whose runs are not kept."""
    from company.lab.analysis.study import Study

    plan = folder.plan()
    return Study(
        name=plan.name,
        title=plan.title or plan.name,
        question=plan.question,
        frame=frame,
        conditions=plan.conditions,
        baseline=plan.baseline or None,
        paired=plan.paired,
        metrics=plan.metrics or PRIMARY,
        configuration=plan.configuration,
        versions=_versions(plan, frame),
        registration=registration.read(plan.registration, PLAN),
        transcripts=_transcripts(folder, frame["run"].to_list() if len(frame) else []),
    )


def require_lab() -> None:
    """Raises ConfigurationError where the packages that tables and reports need are not here."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"Tables and reports need {', '.join(missing)}: pip install 'softhouse[lab]', then "
            "softhouse experiment report FOLDER. The runs are all there."
        )


def _versions(plan: PlanRecord, frame: "pl.DataFrame") -> dict[str, str]:
    """What the runs were made with, and what reckoned."""
    models = sorted(set(frame["model"].to_list())) if len(frame) else []
    return {
        "softhouse": plan.softhouse,
        "Python": platform.python_version(),
        "platform": platform.platform(),
        "models": ", ".join(filter(None, models)),
        "sandbox": plan.sandbox,
        **{name: version(name) for name in ("polars", "scipy")},
        "plan written": plan.written_at,
    }


def _transcripts(folder: LabFolder, runs: list[str]) -> dict[str, str]:
    places = {run: Path(RUNS, run, TRANSCRIPT) for run in runs}
    return {run: str(at) for run, at in places.items() if (folder.path / at).exists()}
