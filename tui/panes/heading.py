"""One line above a list that says what it is."""

from tui.text.plain import PlainStatic


class Heading(PlainStatic):
    """Says it, and ends with an ellipsis where there is no room."""

    DEFAULT_CSS = """
    Heading {
        height: 1; padding: 0 1; color: $text-muted;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """
