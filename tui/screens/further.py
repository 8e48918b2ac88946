"""Going on after the delivery: what comes next, in a line, and who works on it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from textual import work
from textual.widget import Widget
from textual.widgets import Select, TextArea

from company.remote import launch as house
from tui.screens.form import FormScreen, company_choices, field, written
from tui.screens.window import is_open, run_window
from tui.text.plain import PlainStatic
from warehouse.errors import SofthouseError


class FurtherScreen(FormScreen[Path]):
    """Begins a further version of a run that was delivered, and opens it; the result is its folder."""

    BINDING_GROUP_TITLE = "Go on"
    HEADING = "Go on"
    VERB = "Go on"
    WORKING = "Beginning …"
    DEFAULT_CSS = "FurtherScreen #task { height: 4; }"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def fields(self) -> Iterator[Widget]:
        yield PlainStatic(
            f"{self._folder.name} was delivered. What you changed in it since is kept as yours.",
            classes="hint",
        )
        yield TextArea(id="task", placeholder="What comes next? now add …", tab_behavior="focus")
        companies: Select[str] = Select([], prompt="as suits the run", id="company", compact=True)
        yield field("Company", companies)
        yield written("Model", "model", "as before; or PROVIDER:MODEL")

    def on_mount(self) -> None:
        self.query_one("#task").focus()
        self._offer_companies()

    @work
    async def _offer_companies(self) -> None:
        try:
            choices = await asyncio.to_thread(company_choices)
        except SofthouseError as error:
            self.say(f"✗ {error}", is_problem=True)
            return
        if is_open(self):
            self.query_one(Select).set_options(choices)

    async def perform(self) -> Path:
        task = self.value("task")
        if not task:
            raise SofthouseError("Say what comes next.")
        company = self.query_one(Select).value
        chosen = company if isinstance(company, str) else ""
        await house.go_on(self._folder, task, company=chosen, model=self.value("model"))
        return self._folder

    def done(self, result: Path) -> None:
        run_window(self.app).began_here(result)
        run_window(self.app).open_run(result)
