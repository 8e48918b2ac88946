"""The colours of a conversation, taken from the theme by the widget's component classes."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.style import Style
from textual.widget import Widget

ROLES = 5
PREFIX = "talk--"
PLAIN = ("text", "dim", "rule", "heading", "strong", "link", "ok", "bad", "warn", "chip", "bar")
FILLED = ("code", "match", "match-now", "news")
"""Those that have a background of their own."""
CLASSES = {f"{PREFIX}{name}" for name in (*PLAIN, *FILLED, *(f"role-{n}" for n in range(ROLES)))}

CSS = """
{widget} {{
    & > .talk--text {{ color: $foreground; }}
    & > .talk--dim {{ color: $text-muted; }}
    & > .talk--rule {{ color: $foreground 20%; }}
    & > .talk--heading {{ color: $foreground; text-style: bold; }}
    & > .talk--strong {{ color: $foreground; text-style: bold; }}
    & > .talk--link {{ color: $text-primary; text-style: underline; }}
    & > .talk--ok {{ color: $text-success; }}
    & > .talk--bad {{ color: $text-error; }}
    & > .talk--warn {{ color: $text-warning; }}
    & > .talk--chip {{ color: $text-primary; }}
    & > .talk--bar {{ color: $primary; }}
    & > .talk--code {{ color: $foreground; background: $surface; }}
    & > .talk--match {{ color: $text-warning; background: $warning-muted; }}
    & > .talk--match-now {{ color: $background; background: $warning; text-style: bold; }}
    & > .talk--news {{ color: $text-primary; background: $primary-muted; }}
    & > .talk--role-0 {{ color: $text-primary; text-style: bold; }}
    & > .talk--role-1 {{ color: $text-success; text-style: bold; }}
    & > .talk--role-2 {{ color: $text-accent; text-style: bold; }}
    & > .talk--role-3 {{ color: $text-warning; text-style: bold; }}
    & > .talk--role-4 {{ color: $text-secondary; text-style: bold; }}
}}
"""


@dataclass(frozen=True)
class Inks:
    """Styles by what they are for; `roles` in the order in which the company lists its roles."""

    text: Style
    dim: Style
    rule: Style
    heading: Style
    strong: Style
    link: Style
    ok: Style
    bad: Style
    warn: Style
    chip: Style
    bar: Style
    code: Style
    match: Style
    match_now: Style
    news: Style
    roles: tuple[Style, ...]

    def role(self, number: int) -> Style:
        """The style of the role at a place in the company's list."""
        return self.roles[number % len(self.roles)]


def inks_of(widget: Widget) -> Inks:
    """The styles of a widget that has the component classes, in the theme of the moment."""

    def ink(name: str, filled: bool = False) -> Style:
        style = widget.get_component_rich_style(f"{PREFIX}{name}")
        return style if filled else Style(color=style.color) + _without_colours(style)

    return Inks(
        **{name: ink(name) for name in PLAIN},
        **{name.replace("-", "_"): ink(name, filled=True) for name in FILLED},
        roles=tuple(ink(f"role-{number}") for number in range(ROLES)),
    )


def role_numbers(roles: Iterable[str]) -> dict[str, int]:
    """Which number each role has, so that its colour stays the same all through a run."""
    return {role: number for number, role in enumerate(roles)}


def _without_colours(style: Style) -> Style:
    return Style(bold=style.bold, italic=style.italic, underline=style.underline, dim=style.dim)
