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
from company.lab.metrics.catalogue import described
from company.lab.metrics.own import HOW_GIVEN
from company.lab.report.results import Tell, results_frame, unheard

if TYPE_CHECKING:
    import polars as pl

    from company.lab.analysis.study import Study
    from company.lab.judging.judgements import Judgements

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


def is_decided(folder: LabFolder) -> bool:
    """Whether the furthest look at a study shows every difference of its main metric."""
    from company.lab.analysis.analysis import analyse

    study = study_with(folder, results_frame(folder))
    analysis, main = analyse(study), study.metrics[0]
    shown = [each.shown for each in analysis.comparisons if each.metric == main]
    is_left_out = any(each.metric == main for each in analysis.incomparable)
    return bool(shown) and all(shown) and not is_left_out


def study_of(folder: LabFolder, tell: Tell = unheard) -> "Study":
    """What a report is made of. Raises ConfigurationError as `write_results` does."""
    require_lab()
    from company.lab.judging.judgements import judgements_in

    return study_with(folder, results_frame(folder, tell), judgements_in(folder))


def study_with(
    folder: LabFolder, frame: "pl.DataFrame", judgements: "Judgements | None" = None
) -> "Study":
    """The same with results from elsewhere, such as a table whose runs are not kept."""
    from company.lab.analysis.study import Study

    plan = folder.plan()
    if missing := [name for name in plan.own_metrics if not described(name).digest]:
        raise ConfigurationError(f"{HOW_GIVEN.format(f'The metric {missing[0]} of your own')}.")
    digests = plan.own_metrics.items()
    return Study(
        name=plan.name,
        title=plan.title or plan.name,
        question=plan.question,
        frame=frame,
        conditions=plan.conditions,
        baseline=plan.baseline or None,
        paired=plan.paired,
        metrics=plan.metrics or PRIMARY,
        measured_otherwise=tuple(n for n, digest in digests if described(n).digest != digest),
        compares_conditions=plan.compares_conditions,
        contrasts=plan.contrasts,
        looks=plan.looks,
        planned=plan.planned,
        margins=plan.margins,
        published=plan.published,
        configuration=plan.configuration,
        versions=_versions(plan, frame),
        registration=registration.read(plan.registration, PLAN),
        departure=folder.departure,
        preferences=judgements.preferences if judgements else (),
        agreements=judgements.agreements if judgements else (),
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
