"""Pages that are made here: what anybody said is text in them, and shows all that it holds."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from warehouse.terminal_text import safe_text


def page_environment(folder: Path) -> Environment:
    """What makes pages from the templates in a folder; markup that is ours stays as it is."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _visible(value: object) -> object:
    return safe_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value
