"""Text from anywhere is read in one pass: ten times as much of it takes ten times as long."""

import importlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from company.acceptance.quoted import quoted_checks
from company.deliverables.elision import elision
from company.deliverables.fences import fences
from company.deliverables.field_values import mentions, value_of
from company.deliverables.labels import comment_path, info_label, label_in
from company.deliverables.prose_fields import prose_fields
from company.engine.shares import files_of
from company.lab.evaluation.parts import Parts
from company.lab.metrics.size import comment_free, size
from company.models.answer_places import answer_in
from company.models.redact import redact
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
    "what a task says to the letter": quoted_checks,
    "an answer": answer_in,
    "an answer in code": lambda text: answer_in(f"```\n{text}"),
}
PIECES = (
    "\x90", "\x9d", "\x9b1", "\x1b]", "\x1b[1;", "\x1b ", " ", "\n", "\n ", "\r", "#", "# ", "-", "a",
    "a-", "a/", ".", "/a", "=/[", "=/a\\", "/*", "`", '"', "'", "**", "(", "1. ", "aé", "let a = (",
    "import ", "function a(", "password=", "http://a",
    "</think>\n", "</s>", "<|end|> ",
)  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_no_text_takes_the_square_of_its_length(reader: str) -> None:
    for piece in PIECES:
        for text in (piece * (LENGTH // len(piece)), "# " + piece * (LENGTH // len(piece)) + "!"):
            began = time.process_time()
            READERS[reader](text)
            took = time.process_time() - began
            assert took < SECONDS, f"{text[:12]!r} × {LENGTH:,}: {took:.0f} s"


ROOT = Path(__file__).parent.parent
SHORT_LINES = {
    "company/deliverables/elision.py": 200,
    "company/deliverables/labels.py": 1_000,
    "company/deliverables/writable.py": 1_000,
}
"""Files whose patterns are never shown a longer line, or read globs of our own cards."""
USES = r"\b{}\.(match|fullmatch|search|finditer|findall|sub|subn|split)\("
PATTERN_LENGTH, NOTICED = 10_000, 0.02
"""Characters, and seconds of CPU from which on four times as many are tried: twice more than four times
the time is no line."""


def patterns() -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """The file and the use of every pattern that a module of ours holds and uses itself."""
    for room in ("roles", "phases", "company", "warehouse", "tui"):
        for path in sorted((ROOT / room).rglob("*.py")):
            source = path.read_text()
            if "re.compile(" not in source:
                continue
            name = str(path.relative_to(ROOT))
            module = importlib.import_module(name.removesuffix(".py").replace("/", "."))
            for held, value in vars(module).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    for use in sorted(set(re.findall(USES.format(held), source))):
                        yield name, use, value


def used(pattern: re.Pattern[str], use: str, text: str) -> None:
    """Use a pattern as its module does."""
    if use in ("sub", "subn"):
        pattern.sub("", text)
    elif use == "finditer":
        all(pattern.finditer(text))
    else:
        getattr(pattern, use)(text)


def seconds_for(pattern: re.Pattern[str], use: str, text: str) -> float:
    """Of CPU, the least of two tries."""
    tries = []
    for _ in range(2):
        began = time.process_time()
        used(pattern, use, text)
        tries.append(time.process_time() - began)
    return min(tries)


def test_no_pattern_takes_the_square_of_what_it_is_shown() -> None:
    tried = list(patterns())
    slow = []
    for file, use, pattern in tried:
        length = min(PATTERN_LENGTH, SHORT_LINES.get(file, PATTERN_LENGTH))
        for piece in (*PIECES, "a1", "[", "<", ">", "=", "export ", "export\n", "* ", "<a"):
            for end in ("", "!"):
                text = piece * (length // len(piece))
                began = time.process_time()
                used(pattern, use, text + end)
                if time.process_time() - began < NOTICED:
                    continue
                once, four = (seconds_for(pattern, use, text * n + end) for n in (1, 4))
                if (length == PATTERN_LENGTH and four > 8 * once) or four > SECONDS:
                    slow.append((file, use, pattern.pattern[:40], piece, once, four))
    assert len(tried) > 80
    assert slow == []
