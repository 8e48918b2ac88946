"""A few fields to fill in, and one thing that is done with them; what goes wrong is said in place."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, TextArea

from company.remote import launch as house
from tui.screens.window import is_open
from tui.text.plain import PlainStatic, plain, plain_text
from warehouse.errors import SofthouseError

Result = TypeVar("Result")
GOES_ON = "It had begun already: it goes on, and you will see what comes of it."


class FormScreen(ModalScreen[Result | None]):
    """What a form does is `perform`; its result is None where the person thought better of it."""

    HEADING = ""
    """What it is for."""
    VERB = "Begin"
    """What its button says."""
    WORKING = "Working …"
    """What is told while it is done."""
    DONE = ""
    """What is told when it is done."""
    DEFAULT_CSS = """
    FormScreen { align: center middle; }
    FormScreen #form {
        width: 84; max-width: 96%; height: auto; max-height: 100%; padding: 0 2; overflow-y: auto;
        scrollbar-gutter: stable;
        border: round $primary; border-title-color: $primary; background: $surface;
    }
    FormScreen .field { height: 1; margin-top: 1; }
    FormScreen .name { width: 10; color: $text-muted; }
    FormScreen .field Input, FormScreen .field Select { width: 1fr; }
    FormScreen Input { background: $panel; }
    FormScreen TextArea { border: none; padding: 0 1; background: $panel; margin-top: 1; }
    FormScreen TextArea:focus { border: none; }
    FormScreen .field Select > SelectCurrent { background: $panel; }
    FormScreen .hint { color: $text-muted; height: auto; margin-top: 1; }
    FormScreen #outcome { height: auto; max-height: 5; overflow-y: auto; margin-top: 1; }
    FormScreen #outcome.-problem { color: $text-error; }
    FormScreen #buttons { height: 1; margin: 1 0; align-horizontal: right; }
    FormScreen #buttons Button { margin-left: 2; min-width: 12; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "perform", "Do it", priority=True, tooltip="Do what the form is for"),
        Binding("escape", "cancel", "Cancel", tooltip="Leave things as they are"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._is_working = False

    def compose(self) -> ComposeResult:
        with Vertical(id="form") as form:
            form.border_title = self.HEADING
            yield from self.fields()
            yield PlainStatic(id="outcome")
            with Horizontal(id="buttons"):
                yield from self.buttons()

    def buttons(self) -> Iterator[Button]:
        """What can be pressed, and the keys for it."""
        yield Button("Cancel (esc)", id="cancel", action="screen.cancel", compact=True)
        yield Button(
            f"{self.VERB} (ctrl+s)", "primary", id="do", action="screen.perform", compact=True
        )

    def fields(self) -> Iterator[Widget]:
        """The parts between the heading and the buttons."""
        raise NotImplementedError

    async def perform(self) -> Result:
        """Do it. Raises SofthouseError with what to mend."""
        raise NotImplementedError

    def done(self, result: Result) -> None:
        """Called with what came of it, when the form is gone."""
        if self.DONE:
            self.app.notify(self.DONE, timeout=3, markup=False)

    def value(self, field: str) -> str:
        """What was written into a field."""
        widget = self.query_one(f"#{field}")
        assert isinstance(widget, Input | TextArea)
        return (widget.value if isinstance(widget, Input) else widget.text).strip()

    def action_perform(self) -> None:
        """Do it, once: what is pressed meanwhile begins nothing again."""
        if self._is_working:
            return
        self._is_working = True
        self.say(self.WORKING)
        # Of the app: what has begun a process sees to the end what becomes of it.
        self.app.run_worker(self._perform())

    async def _perform(self) -> None:
        try:
            result = await self.perform()
        except SofthouseError as error:
            if is_open(self):
                self.say(f"✗ {error}", is_problem=True)
            else:
                self.app.notify(str(error), severity="error", timeout=10, markup=False)
        else:
            if is_open(self):
                self.dismiss(result)
            self.done(result)
        finally:
            self._is_working = False

    def action_cancel(self) -> None:
        if self._is_working:
            self.app.notify(GOES_ON, timeout=5, markup=False)
        self.dismiss(None)

    def say(self, words: str, *, is_problem: bool = False) -> None:
        """Tell the person something below the fields."""
        if not is_open(self):
            return
        outcome = self.query_one("#outcome", PlainStatic)
        outcome.set_class(is_problem, "-problem")
        outcome.say(words)


def field(name: str, widget: Widget) -> Horizontal:
    """A named widget of one line."""
    return Horizontal(PlainStatic(name, classes="name"), widget, classes="field")


def written(name: str, id: str, hint: str, value: str = "") -> Horizontal:  # noqa: A002 — as every widget
    """A named line to write into, which holds a hint while it is empty."""
    return field(name, Input(value, id=id, placeholder=hint, compact=True))


def amount(text: str, of: str) -> float | None:
    """A number above 0, None where nothing was written. Raises SofthouseError for anything else."""
    if not text:
        return None
    try:
        number = float(text.removeprefix("$").replace(",", ""))
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise SofthouseError(f"{of} has to be a number above 0.")
    return number


def company_choices() -> list[tuple[Text, str]]:
    """Every company in sight, as a list of them shows it, with its name. Raises SofthouseError."""
    titles = house.companies().items()
    return [(plain_text(f"{name}: {title}", one_line=True), name) for name, title in titles]


class Choice(OptionList):
    """Lines from anywhere, with the keys that every list of the window has."""

    DEFAULT_CSS = """
    Choice {
        height: auto; max-height: 6; border: none; padding: 0; margin-top: 1; background: $panel;
        scrollbar-size: 1 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Choice:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]

    def __init__(self, lines: Iterable[str], id: str) -> None:  # noqa: A002 — as every widget
        super().__init__(*(plain(line, one_line=True) for line in lines), id=id, markup=False)
