"""Beginning a run: what is to be built, and who builds it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from textual import work
from textual.widget import Widget
from textual.widgets import Select, TextArea

from company.remote import launch as house
from tui.screens.form import FormScreen, amount, company_choices, field, written
from tui.screens.questions import ConfirmScreen
from tui.screens.window import is_open, run_window
from warehouse.errors import SofthouseError


class NewRunScreen(FormScreen[Path]):
    """Begins a run in a products folder and opens it; the result is its folder."""

    BINDING_GROUP_TITLE = "New run"
    HEADING = "New run"
    WORKING = "Beginning …"
    DEFAULT_CSS = """
    NewRunScreen #task { height: 6; }
    NewRunScreen.-tall #task { height: 10; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-tall")]  # noqa: RUF012

    def __init__(self, products: Path) -> None:
        super().__init__()
        self._products = products

    def fields(self) -> Iterator[Widget]:
        yield TextArea(
            id="task",
            placeholder="What is to be built? A sentence will do: a tip calculator with tests",
            tab_behavior="focus",
        )
        companies: Select[str] = Select(
            [], prompt="one that suits the model", id="company", compact=True
        )
        yield field("Company", companies)
        yield written("Model", "model", "what is there; or PROVIDER:MODEL")
        yield written("Budget", "budget", "US dollars; none")
        yield written("Ask before", "ask", "tools such as run, edit; * for all; none")
        yield written("Name", "name", "the task's first words")

    def on_mount(self) -> None:
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
            raise SofthouseError("Say what is to be built.")
        company = self.query_one(Select).value
        return await house.begin(
            task,
            company=company if isinstance(company, str) else "",
            model=self.value("model"),
            name=self.value("name"),
            approve={tool.strip(): "ask" for tool in self.value("ask").split(",") if tool.strip()},
            usd=amount(self.value("budget"), "The budget"),
            products=self._products,
        )

    def done(self, result: Path) -> None:
        run_window(self.app).began_here(result)
        run_window(self.app).open_run(result)

    def action_cancel(self) -> None:
        if self._is_working or not self.value("task"):
            super().action_cancel()
            return
        question = ConfirmScreen("Throw away what you have written?", yes="Throw away")
        self.app.push_screen(question, self._leave)

    def _leave(self, sure: bool | None) -> None:
        if sure:
            self.dismiss(None)
