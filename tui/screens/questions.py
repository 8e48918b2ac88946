"""Questions that are asked first: before runs are deleted, or left at work."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button

from company.remote.commands import Stop
from company.remote.mailbox import send
from tui.browser.run_row import RunRow
from tui.text.plain import PlainStatic, plain
from warehouse.errors import SofthouseError
from warehouse.history.format.figures import counted
from warehouse.runs.removal import delete_run

NAMED = 3
"""Runs that are named before the rest is counted."""


class QuestionScreen(ModalScreen[bool]):
    """A question in words, and a button for each answer; Enter gives the first of them."""

    BINDING_GROUP_TITLE = "Question"
    DEFAULT_CSS = """
    QuestionScreen { align: center middle; }
    QuestionScreen > Vertical {
        width: 72; max-width: 90%; height: auto; max-height: 90%; padding: 1 2;
        border: round $primary; background: $surface;
    }
    QuestionScreen.-danger > Vertical { border: round $error; }
    QuestionScreen #question { max-height: 12; overflow-y: auto; }
    QuestionScreen Horizontal { height: 1; margin-top: 1; align-horizontal: right; }
    QuestionScreen Button { margin-left: 2; min-width: 12; }
    """

    def __init__(self, question: str, *, danger: bool = False) -> None:
        super().__init__(classes="-danger" if danger else None)
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical():
            yield PlainStatic(self._question, id="question")
            with Horizontal():
                yield from self.answers()

    def answers(self) -> Iterator[Button]:
        """The buttons, the harmless one first."""
        raise NotImplementedError


class ConfirmScreen(QuestionScreen):
    """`yes` is what the one button says, and `danger` colours it so.

    The answer is False unless the person says yes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,escape", "dismiss(False)", "No"),
        Binding("left,right,h,l", "app.focus_next", "Other button", show=False),
    ]

    def __init__(self, question: str, yes: str = "Delete", danger: bool = True) -> None:
        super().__init__(question, danger=danger)
        self._yes = yes

    def answers(self) -> Iterator[Button]:
        yield Button("No (esc)", action="screen.dismiss(False)", compact=True)
        yield Button(
            plain(f"{self._yes} (y)"),
            "error" if self.has_class("-danger") else "primary",
            id="yes",
            action="screen.dismiss(True)",
            compact=True,
        )


class QuitScreen(QuestionScreen):
    """Asks what becomes of runs that were begun here and are still at work; True leaves the window."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "dismiss(True)", "Leave them working"),
        Binding("x", "stop", "Stop them"),
        Binding("escape", "dismiss(False)", "Stay"),
    ]

    def __init__(self, working: Sequence[Path]) -> None:
        super().__init__(
            f"{counted(len(working), 'run')} begun here, still at work:\n"
            f"{_named([f'  {folder.name}' for folder in working])}\n\n"
            "Left alone, the work goes on without the window, and softhouse watch shows it "
            "again. Stopped, nothing is lost: r resumes it."
        )
        self._working = working

    def answers(self) -> Iterator[Button]:
        yield Button(
            "Leave working (l)", variant="primary", action="screen.dismiss(True)", compact=True
        )
        yield Button("Stop (x)", variant="warning", action="screen.stop", compact=True)
        yield Button("Stay (esc)", action="screen.dismiss(False)", compact=True)

    def action_stop(self) -> None:
        for folder in self._working:
            try:
                send(folder, Stop())
            except SofthouseError as error:
                self.app.notify(str(error), severity="warning")
        self.dismiss(True)


async def delete(app: App[Any], runs: Sequence[RunRow], products: Path) -> list[RunRow]:
    """Delete runs of a products folder, if the person says so; what goes wrong is told.

    To be called from a worker. Returns those that are gone.
    """
    if not await app.push_screen_wait(ConfirmScreen(_about_deleting(runs))):
        return []
    gone: list[RunRow] = []
    for run in runs:
        try:
            await asyncio.to_thread(delete_run, run.folder, products)
        except SofthouseError as error:
            app.notify(str(error), severity="warning", timeout=10, markup=False)
        else:
            gone.append(run)
    return gone


def _about_deleting(runs: Sequence[RunRow]) -> str:
    """What the person is asked, with the names of what would be gone."""
    what = "this run" if len(runs) == 1 else f"these {counted(len(runs), 'run')}"
    names = _named([f"{run.name}\n{run.folder.name}\n" for run in runs])
    return f"Delete {what}, journal and product, for good?\n\n{names}".rstrip()


def _named(runs: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = [f"and {len(runs) - NAMED} more"] if len(runs) > NAMED else []
    return "\n".join([*runs[:NAMED], *more])
