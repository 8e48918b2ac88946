"""Text from anywhere is read in one pass: ten times as much of it takes ten times as long."""

import time
from collections.abc import Callable

import pytest

from company.deliverables.elision import elision
from company.deliverables.fences import fences
from company.deliverables.field_values import mentions, value_of
from company.deliverables.labels import comment_path, info_label, label_in
from company.deliverables.prose_fields import prose_fields
from company.engine.shares import files_of
from company.lab.evaluation.parts import Parts
from company.lab.metrics.size import comment_free, size
from company.models.redact import redact
from warehouse.sandbox import dependencies
from warehouse.sandbox.stacks.cards import stacks
from warehouse.sandbox.stacks.javascript import javascript_stubs
from warehouse.terminal_text import safe_text

pytestmark = pytest.mark.slow

LENGTH = 100_000
SECONDS = 10.0
"""A hundred times what the slowest takes, and a fourth of what any square of the length would."""

READERS: dict[str, Callable[[str], object]] = {
    "a terminal": safe_text,
    "a comment": comment_path,
    "a label": label_in,
    "an info string": info_label,
    "code left out": elision,
    "fences": fences,
    "a verdict": lambda text: prose_fields(text, {"approved": "bool", "comments": ["str"]}),
    "a list": lambda text: value_of(text, ["str"]),
    "a choice": lambda text: mentions(text, "Python"),
    "a share of a design": lambda text: files_of([text]),
    "JavaScript": lambda text: list(javascript_stubs(text)),
    "imports of JavaScript": lambda text: stacks()["javascript"].code.imports(text),
    "Python without comments": lambda text: comment_free(f"{len(text)}.py", text),
    "JavaScript without comments": lambda text: comment_free(f"{len(text)}.js", text),
    "tests of JavaScript": lambda text: size({}, {}, Parts({}, {"a.test.js": text})),
    "what may hold a key": redact,
    "what an index said": dependencies.redact,
}
PIECES = (
    "\x90", "\x9d", "\x9b1", "\x1b]", "\x1b[1;", "\x1b ", " ", "\n", "\n ", "\r", "#", "# ", "-", "a",
    "a-", "a/", ".", "/a", "=/[", "=/a\\", "/*", "`", '"', "'", "**", "(", "1. ", "aé", "let a = (",
    "import ", "function a(", "password=", "http://a",
)  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_no_text_takes_the_square_of_its_length(reader: str) -> None:
    for piece in PIECES:
        for text in (piece * (LENGTH // len(piece)), "# " + piece * (LENGTH // len(piece)) + "!"):
            began = time.process_time()
            READERS[reader](text)
            took = time.process_time() - began
            assert took < SECONDS, f"{text[:12]!r} × {LENGTH:,}: {took:.0f} s"
