"""Everything that is written of a batch or an experiment: transcripts, tables and the report."""

from pathlib import Path

from company.cli.exporting.html import as_html
from company.cli.opened import open_run
from company.lab.folder import LabFolder
from company.lab.reporting import TRANSCRIPT, require_lab, write_results
from warehouse.errors import SofthouseError
from warehouse.journal import FILE_NAME
from warehouse.runs import run_folders


def write_everything(folder: LabFolder) -> list[Path]:
    """Write what is new, and return the paths of tables and report.

    Raises ConfigurationError where there is no plan, or what this needs is not installed.
    """
    require_lab()
    folder.plan()
    for run in run_folders(folder.runs):
        _write_transcript(run)
    return write_results(folder)


def _write_transcript(run: Path) -> None:
    """Write a run's transcript beside its journal, unless it is there and the run has not changed.

    A run that cannot be read has none; the tables say that it is broken.
    """
    page = run / TRANSCRIPT
    if page.exists() and page.stat().st_mtime > (run / FILE_NAME).stat().st_mtime:
        return
    try:
        page.write_text(as_html(open_run(str(run), None)), "utf-8", errors="replace")
    except SofthouseError:
        page.unlink(missing_ok=True)
