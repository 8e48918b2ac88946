"""What a person is told when a replay is over: how the run ended, and how to look closer."""

from collections.abc import Iterator

from company.cli.opened import OpenedRun, called
from warehouse.history.entries import Began, Ended, Forked, Resumed
from warehouse.journal.journal import FILE_NAME, is_locked
from warehouse.runs.folders import is_demo


def closing(opened: OpenedRun) -> Iterator[str]:
    """The last lines of a replay."""
    name = called(opened.folder)
    yield ""
    yield _line("Ended", _end(opened, name))
    yield _line("Next", f"softhouse show {name} --full   has every word of it")
    if is_demo(opened.folder):
        yield _line("", 'softhouse run "A tip calculator"   begins a run of your own')
    else:
        yield _line("", f"softhouse why {name} FILE:LINE   tells where a line comes from")
        yield _line("", f"softhouse fork {name} --at STEP --set KEY=VALUE   goes another way")


def _line(head: str, words: str) -> str:
    return f"{head:<9} {words}"


def _end(opened: OpenedRun, name: str) -> str:
    turns = (entry for entry in reversed(opened.entries) if isinstance(entry, _TURNS))
    last = next(turns, None)
    if isinstance(last, Ended):
        return f"{last.status}, exit code {last.exit_code}: {last.reason}"
    if is_locked(opened.folder / FILE_NAME):
        return "not yet: the run goes on, and this is what was there when the replay began"
    return f"cut off here; softhouse resume {name} goes on"


_TURNS = (Began, Resumed, Forked, Ended)
"""What a run's state can be told by; the last one counts."""
