"""A run as one HTML page: no script, nothing loaded from anywhere, everything escaped."""

import base64
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

from jinja2 import Template

from company.cli.export.head import facts
from company.cli.opened import OpenedRun
from warehouse.errors import PathRejected
from warehouse.events import Picture
from warehouse.history.chapters import chapters
from warehouse.history.format import blocks
from warehouse.history.format.wording import blocks_of, pictured
from warehouse.paths import MAX_PICTURE_BYTES
from warehouse.plain_file import read_below
from warehouse.runs.folders import ATTACHMENTS
from warehouse.web_page import page_environment

TONES: Mapping[blocks.Sign, str] = {
    "person": "warn",
    "plan": "plan",
    "yields": "good",
    "sent back": "warn",
    "note": "warn",
    "again": "warn",
    "failed": "bad",
    "no checks": "dim",
}
"""The class of each mark that is told; the others are told by what stands around them."""


def as_html(opened: OpenedRun) -> str:
    """The whole transcript as a page."""
    return _page().render(
        title=opened.row.summary.name if opened.row.summary else opened.folder.name,
        chapters=chapters(opened.entries),
        blocks_of=partial(blocks_of, title_of=opened.title_of),
        facts=list(facts(opened)),
        tones=TONES,
        has_pictures=any(
            isinstance(block, blocks.Code | blocks.ToolUse) and block.pictures
            for entry in opened.entries
            for block in blocks_of(entry, title_of=opened.title_of)
        ),
        pictured=pictured,
        image_of=partial(_image, opened.folder),
    )


def _image(folder: Path, picture: Picture) -> str:
    """The picture as an address that holds all of it; empty where it is gone."""
    try:
        content = read_below(folder, f"{ATTACHMENTS}/{picture.file}", MAX_PICTURE_BYTES)
    except PathRejected:
        return ""
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


@cache
def _page() -> Template:
    environment = page_environment(Path(__file__).parent)
    environment.filters["kind"] = lambda block: type(block).__name__
    return environment.get_template("page.html.j2")
