"""The colours of a conversation, taken from the theme by the widget's component classes."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.style import Style
from textual.widget import Widget

PREFIX = "talk--"
PLAIN = {
    "text": "color: $foreground",
    "dim": "color: $text-muted",
    "rule": "color: $foreground 20%",
    "heading": "color: $foreground; text-style: bold",
    "strong": "color: $foreground; text-style: bold",
    "link": "color: $text-primary; text-style: underline",
    "ok": "color: $text-success",
    "bad": "color: $text-error",
    "warn": "color: $text-warning",
    "chip": "color: $text-primary",
    "bar": "color: $primary",
}
FILLED = {
    "code": "color: $foreground; background: $surface",
    "match": "color: $text-warning; background: $warning-muted",
    "match-now": "color: $background; background: $warning; text-style: bold",
    "news": "color: $text-primary; background: $primary-muted",
}
"""Those that have a background of their own."""
ROLES = {
    f"role-{number}": f"color: $text-{name}; text-style: bold"
    for number, name in enumerate(("primary", "success", "accent", "warning", "secondary"))
}
_STYLES = PLAIN | FILLED | ROLES
CLASSES = {f"{PREFIX}{name}" for name in _STYLES}
CSS = "".join(f"& > .{PREFIX}{name} {{ {style}; }}\n" for name, style in _STYLES.items())
"""The rules of the classes, inside those of the widget."""


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
        if filled:
            return style
        return Style(color=style.color, bold=style.bold, underline=style.underline)

    return Inks(
        **{name: ink(name) for name in PLAIN},
        **{name.replace("-", "_"): ink(name, filled=True) for name in FILLED},
        roles=tuple(map(ink, ROLES)),
    )


def role_numbers(roles: Iterable[str]) -> dict[str, int]:
    """Which number each role has, so that its colour stays the same all through a run."""
    return {role: number for number, role in enumerate(roles)}
