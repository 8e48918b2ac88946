"""A question with two answers; the harmless one is the one that Enter gives."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button

from tui.text.plain import PlainStatic, plain


class ConfirmScreen(ModalScreen[bool]):
    """Asks a question. `yes` is what the one button says, and `danger` colours it so.

    The answer is False unless the person says yes.
    """

    BINDING_GROUP_TITLE = "Question"
    DEFAULT_CSS = """
    ConfirmScreen { align: center middle; }
    ConfirmScreen > Vertical {
        width: 72; max-width: 90%; height: auto; max-height: 90%; padding: 1 2;
        border: round $primary; background: $surface;
    }
    ConfirmScreen.-danger > Vertical { border: round $error; }
    ConfirmScreen #question { max-height: 12; overflow-y: auto; }
    ConfirmScreen Horizontal { height: 1; margin-top: 1; align-horizontal: right; }
    ConfirmScreen Button { margin-left: 2; min-width: 12; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
        Binding("left,right,h,l", "other", "Other button", show=False),
    ]

    def __init__(self, question: str, yes: str = "Delete", danger: bool = True) -> None:
        super().__init__(classes="-danger" if danger else None)
        self._question = question
        self._yes = yes
        self._danger = danger

    def compose(self) -> ComposeResult:
        with Vertical():
            yield PlainStatic(self._question, id="question")
            with Horizontal():
                yield Button("No (esc)", id="no", compact=True)
                yield Button(
                    plain(f"{self._yes} (y)"),
                    variant="error" if self._danger else "primary",
                    id="yes",
                    compact=True,
                )

    def on_mount(self) -> None:
        self.query_one("#no").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)

    def action_other(self) -> None:
        self.focus_next()
