"""The one way text enters the window: made safe first, and never read as markup.

Textual passes escape sequences on to the terminal and runs what it finds in `[@click=…]`, so text
from models, files and journals is shown through `plain` or `PlainStatic` alone.
"""

from rich.text import Text
from textual.content import Content
from textual.widgets import Static

from warehouse.terminal_text import safe_text


def plain(text: str, style: str = "", *, one_line: bool = False) -> Content:
    """Text from anywhere, as Textual shows it; `style` is ours."""
    return Content.styled(safe_text(text, keep_newlines=not one_line), style)


def plain_text(text: str, style: str = "", *, one_line: bool = False) -> Text:
    """The same for what still takes Rich's text."""
    return Text(safe_text(text, keep_newlines=not one_line), style=style, no_wrap=one_line)


class PlainStatic(Static):
    """A Static for text from anywhere."""

    def __init__(self, text: str | Content = "", **options: object) -> None:
        super().__init__(_safe(text), markup=False, **options)  # type: ignore[arg-type]

    def say(self, text: str | Content) -> None:
        """Show another text."""
        content = _safe(text)
        if content != self.content:
            self.update(content, layout=self.styles.auto_dimensions)


def _safe(text: str | Content) -> Content:
    return text if isinstance(text, Content) else plain(text)


class OneLine(PlainStatic):
    """One line of such text, which ends with an ellipsis where there is no room."""

    DEFAULT_CSS = """
    OneLine {
        height: 1; padding: 0 1; color: $text-muted;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """
