"""All keys that work now, part by part, and a search among them."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.actions import Action
from tui.text.plain import PlainStatic

KEY_COLUMNS = 16
NAME_COLUMNS = 18


class KeyList(VerticalScroll, can_focus=True):
    """The list, moved with the keys of lists."""

    DEFAULT_CSS = "KeyList { height: 1fr; scrollbar-size-vertical: 1; }"
    BINDING_GROUP_TITLE = "Help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "Bottom", show=False),
        Binding("ctrl+d", "page_down", "Page down", show=False),
        Binding("ctrl+u", "page_up", "Page up", show=False),
    ]


class HelpScreen(ModalScreen[None]):
    """Lists actions that were collected before it was opened."""

    BINDING_GROUP_TITLE = "Help"
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > Vertical {
        width: 92; max-width: 96%; height: 90%; padding: 0 1;
        border: round $primary; background: $surface; border-subtitle-color: $text-muted;
    }
    HelpScreen Input { height: 1; border: none; background: $panel; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", tooltip="End the search, or close the help"),
        Binding("question_mark,f1,q", "dismiss", "Close", show=False),
        Binding("slash", "search", "Search", tooltip="Show only what holds some words"),
    ]

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__()
        self._actions = actions

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = "Keys"
            frame.border_subtitle = "/ search · esc close"
            yield Input(placeholder="/ to search", compact=True)
            with KeyList():
                yield PlainStatic(keys_of(self._actions))

    def on_mount(self) -> None:
        self.query_one(KeyList).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        actions = matching(self._actions, event.value)
        self.query_one(PlainStatic).say(
            keys_of(actions) if actions else Content("No key does that.")
        )

    def on_input_submitted(self) -> None:
        self.query_one(KeyList).focus()

    def action_search(self) -> None:
        self.query_one(Input).focus()

    def action_leave(self) -> None:
        search = self.query_one(Input)
        if search.value or search.has_focus:
            search.value = ""
            self.query_one(KeyList).focus()
        else:
            self.dismiss()


def matching(actions: Sequence[Action], words: str) -> list[Action]:
    """The actions whose part, key or description hold every word."""
    parts = words.lower().split()
    return [action for action in actions if all(word in _all_of(action) for word in parts)]


def keys_of(actions: Sequence[Action]) -> Content:
    """The actions, part by part, each with its keys."""
    return Content("\n").join(_lines(actions))


def _lines(actions: Sequence[Action]) -> Iterator[Content]:
    for part, of_part in groupby(actions, key=lambda action: action.part):
        with_keys = [action for action in of_part if action.keys]
        if with_keys:
            yield Content.styled(part, "bold $primary")
        for action in with_keys:
            keys, tooltip = " ".join(action.keys), action.binding.tooltip
            yield Content.assemble(
                (f"  {keys:<{KEY_COLUMNS - 2}}", "bold"),
                f"{action.binding.description:<{NAME_COLUMNS}}",
                (f"  {tooltip}" if tooltip else "", "$text-muted"),
            )
        if with_keys:
            yield Content()


def _all_of(action: Action) -> str:
    binding = action.binding
    words = (action.part, *action.keys, binding.description, binding.tooltip)
    return " ".join(words).lower()
