"""Forking a run: from which step on, and what is different there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from textual import events, on, work
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, TextArea
from textual.widgets.option_list import Option

from company.remote import launch as house
from tui.screens.form import FormScreen, written
from tui.screens.window import is_open, run_window
from tui.text.plain import PlainStatic, plain
from warehouse.errors import SofthouseError
from warehouse.history.entries import StepBegan
from warehouse.history.format.figures import excerpt
from warehouse.history.transcript import transcript
from warehouse.journal.journal import FILE_NAME, read_events

MOST_STEPS = 200
"""Steps that are offered for what was typed."""
DEEPEST = 4
"""Levels of steps that are set in."""


class ForkScreen(FormScreen[Path]):
    """Forks a run at a step and opens the fork; the result is its folder."""

    BINDING_GROUP_TITLE = "Fork"
    HEADING = "Fork"
    VERB = "Fork"
    WORKING = "Walking the shared past …"
    DEFAULT_CSS = """
    ForkScreen OptionList {
        height: 6; margin-left: 10; border: none; background: $panel 50%; padding: 0;
    }
    ForkScreen #changes { height: 4; }
    """

    def __init__(self, folder: Path, at: str = "") -> None:
        super().__init__()
        self._folder = folder
        self._at = at
        self._steps: list[StepBegan] = []
        self._offered: list[str] = []

    def fields(self) -> Iterator[Widget]:
        yield PlainStatic(f"A new run with the past of {self._folder.name}.", classes="hint")
        yield written("From step", "at", "6.review", self._at)
        yield OptionList(id="steps", markup=False)
        yield TextArea(
            id="changes",
            placeholder="What is different there, a line each:\n"
            "models.code_reviewer=openai:gpt-5.4-mini\nseed=7",
            tab_behavior="focus",
        )
        yield written("Name", "name", "as the run is called")

    def on_mount(self) -> None:
        self._find_steps()

    @work
    async def _find_steps(self) -> None:
        try:
            self._steps = await asyncio.to_thread(_steps_of, self._folder)
        except SofthouseError as error:
            self.say(f"✗ {error}", is_problem=True)
        else:
            self._offer("")

    def _offer(self, words: str) -> None:
        """List the steps that have what was typed in their place or title."""
        if not is_open(self):
            return
        part = words.casefold()
        steps = [step for step in self._steps if part in f"{step.where}\n{step.title}".casefold()]
        self._offered = [step.where for step in steps[:MOST_STEPS]]
        options = [Option(_line_of(step)) for step in steps[:MOST_STEPS]]
        self.query_one("#steps", OptionList).set_options(options)

    @on(Input.Changed, "#at")
    def _narrow(self, message: Input.Changed) -> None:
        self._offer("" if message.value in self._offered else message.value.strip())

    @on(Input.Submitted, "#at")
    def _go_on(self) -> None:
        self.query_one("#changes").focus()

    @on(OptionList.OptionSelected, "#steps")
    def _choose(self, message: OptionList.OptionSelected) -> None:
        at = self.query_one("#at", Input)
        at.value = self._offered[message.option_index]
        self.query_one("#changes").focus()

    def on_key(self, event: events.Key) -> None:
        if event.key == "down" and self.query_one("#at").has_focus:
            steps = self.query_one("#steps", OptionList)
            steps.highlighted = steps.highlighted or 0
            steps.focus()
            event.stop()

    async def perform(self) -> Path:
        at = self.value("at")
        if not at:
            raise SofthouseError("Say from which step on: choose one of the list.")
        changes = changes_of(self.value("changes"))
        return await house.fork(
            self._folder, at, changes, name=self.value("name"), products=self._folder.parent
        )

    def done(self, result: Path) -> None:
        run_window(self.app).began_here(result)
        run_window(self.app).open_run(result)


def changes_of(written: str) -> dict[str, str]:
    """Lines of KEY=VALUE. Raises SofthouseError, naming the line that is none."""
    changes: dict[str, str] = {}
    for line in filter(None, map(str.strip, written.split("\n"))):
        key, sign, value = line.partition("=")
        if not sign or not key.strip():
            raise SofthouseError(f"{line!r} is not KEY=VALUE.")
        changes[key.strip()] = value.strip()
    return changes


def _steps_of(folder: Path) -> list[StepBegan]:
    """Every step of the run that began, the first time it did."""
    steps: dict[str, StepBegan] = {}
    for entry in transcript(read_events(folder / FILE_NAME)):
        if isinstance(entry, StepBegan):
            steps.setdefault(entry.where, entry)
    return list(steps.values())


def _line_of(step: StepBegan) -> Content:
    """A step's place, and its title where the place does not tell it."""
    indent = "  " * min(step.where.count("/"), DEEPEST)
    title = f"  {excerpt(step.title)}" if step.kind in ("phase", "handover") else ""
    return plain(f"{indent}{excerpt(step.where)}", one_line=True) + plain(title, "dim")
