"""Everything that is written of a batch or an experiment: transcripts, tables and the report."""

import sys
from pathlib import Path

from company.cli.export.html import as_html
from company.cli.opened import open_run
from company.cli.output import write
from company.lab.execution.folder import LabFolder
from company.lab.report.reporting import TRANSCRIPT, require_lab, write_results
from warehouse.durable import replace_file
from warehouse.errors import SofthouseError
from warehouse.journal.journal import FILE_NAME
from warehouse.runs.folders import run_folders


def write_everything(folder: LabFolder) -> list[Path]:
    """Write what is new, and return the paths of tables and report; a terminal shows how far it is.

    Raises ConfigurationError where there is no plan, or what this needs is not installed, and
    SofthouseError where it cannot be written.
    """
    require_lab()
    folder.plan()
    try:
        runs = list(run_folders(folder.runs))
        for number, run in enumerate(runs, 1):
            _tell("writing transcripts", number, len(runs))
            _write_transcript(run)
        return write_results(folder, _tell)
    except OSError as error:
        raise SofthouseError(
            f"{error.filename2 or error.filename or folder.path} cannot be written: {error.strerror or error}. Make "
            f"room for it, then: softhouse experiment report {folder.path}"
        ).caused_by(error) from None
    finally:
        _tell()


def _tell(doing: str = "", number: int = 0, of: int = 0) -> None:
    """How far it is, on one line of a terminal that is empty again at the end."""
    if sys.stderr.isatty():
        words = f"{doing}: {number} of {of}" if doing else ""
        write(f"\r\x1b[K{words}", sys.stderr)


def _write_transcript(run: Path) -> None:
    """Write a run's transcript beside its journal, unless it is there and the run has not changed.

    A run that cannot be read has none; the tables say that it is broken.
    """
    page = run / TRANSCRIPT
    if page.exists() and page.stat().st_mtime > (run / FILE_NAME).stat().st_mtime:
        return
    try:
        text = as_html(open_run(str(run), None))
    except SofthouseError:
        page.unlink(missing_ok=True)
    else:
        replace_file(page, text.encode("utf-8", "replace"))
