"""One message with everything that is recorded of it: its prompt, its model, what it took."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.panes.conversation.block_view import BlockView
from tui.panes.conversation.prompt_blocks import PromptBlocks, settings_of
from tui.panes.conversation.walking import Walker
from tui.panes.key_line import KeyLine
from tui.run_state.run_state import RunState
from tui.text.plain import plain
from warehouse.history.entries import Said
from warehouse.history.format.figures import dollars, duration


class MessageScreen(Walker, ModalScreen[None]):
    """Shows a message's prompt in full, message by message, and its reply as it was written."""

    DEFAULT_CSS = """
    MessageScreen { align: center middle; background: $background 60%; }
    MessageScreen > Vertical {
        width: 90%; max-width: 124; height: 90%; padding: 1 2 0 2;
        border: round $primary; border-title-color: $primary; background: $background;
    }
    MessageScreen #facts { height: auto; max-height: 8; margin-bottom: 1; }
    MessageScreen KeyLine { dock: none; background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,m", "dismiss", "Close", tooltip="Back to the conversation"),
        Binding("j,down", "next", "Next part", show=False),
        Binding("k,up", "previous", "Previous part", show=False),
        Binding("ctrl+d,pagedown", "page(1)", "Page down", show=False),
        Binding("ctrl+u,pageup", "page(-1)", "Page up", show=False),
        Binding("g,home", "first", "First part", show=False),
        Binding("G,end", "last", "The reply", show=False),
        Binding("enter", "fold", "Fold", tooltip="Show the whole part, or less"),
        Binding("Z", "fold_all", "Fold all", tooltip="Show all parts whole, or less"),
        Binding("y", "copy", "Copy", tooltip="Copy this part"),
        Binding("Y", "copy_all", "Copy all", tooltip="Copy the prompt and the reply"),
    ]

    def __init__(self, state: RunState, message: Said) -> None:
        super().__init__()
        self._state = state
        self._message = message
        self._parts = PromptBlocks(message)
        self._view = BlockView()

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            speaker, listener = map(
                self._state.title_of, (self._message.speaker, self._message.listener)
            )
            box.border_title = plain(f"{speaker} → {listener}", one_line=True).markup
            yield Static(self._facts(), id="facts", markup=False)
            yield self._view
            yield KeyLine()

    def on_mount(self) -> None:
        self._view.hold(self._parts)
        self._view.focus()
        self.call_after_refresh(self.action_first)

    def _facts(self) -> Content:
        facts = message_facts(self._state, self._message)
        column = max(len(name) for name, _ in facts) + 2
        lines = (
            Content.styled(name.ljust(column), "$text-muted") + plain(value, one_line=True)
            for name, value in facts
        )
        return Content("\n").join(lines)

    def action_last(self) -> None:
        self._view.show_block(len(self._parts) - 1)

    def action_fold(self) -> None:
        self._fold(self._view.current)

    def action_fold_all(self) -> None:
        self._parts.fold_all()
        self._view.change_all()

    def action_copy(self) -> None:
        self.copy(self._parts.text(self._view.current))

    def action_copy_all(self) -> None:
        self.copy("\n\n".join(map(self._parts.text, range(len(self._parts)))))

    @on(BlockView.Opened)
    def _opened(self, event: BlockView.Opened) -> None:
        self._fold(event.index)

    def _fold(self, index: int) -> None:
        self._parts.fold(index)
        self._view.change([index])
        self._view.show_block(index)


def message_facts(state: RunState, message: Said) -> list[tuple[str, str]]:
    """What is known of a message besides its words, as names and values; what is not is left out."""
    facts = [("step", message.where), ("model", message.model or "a person")]
    settings = settings_of(state.events, message)
    if settings:
        facts.append(("asked with", ", ".join(map(_setting, *zip(*settings.items(), strict=True)))))
    if message.prompt_tokens or message.completion_tokens:
        facts.append(
            ("tokens", f"{message.prompt_tokens:,} read, {message.completion_tokens:,} written")
        )
    if message.cost is not None and message.model:
        facts.append(
            ("cost", dollars(message.cost) if message.cost else "free: ran on this machine")
        )
    if message.seconds:
        rate = message.completion_tokens / message.seconds
        pace = f", {rate:.1f} tokens a second" if message.completion_tokens else ""
        facts.append(("time", f"{duration(message.seconds)}{pace}"))
    if message.cut:
        facts.append(("ended", "cut off at its bound"))
    return facts


def _setting(name: str, value: str) -> str:
    return f"at most {value} tokens" if name == "max_tokens" else f"{name} {value}"
