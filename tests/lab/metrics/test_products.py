"""Products of every kind, really made and really run, and what is measured of each by hand.

A scripted company delivers the products of `tests/data/metric_products` in one reply. Journals,
commits, executions and imports are real; the expected numbers were worked out with a pencil.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from company.engine.workspace import verification
from company.errors import NothingDelivered
from company.lab.evaluation import imports
from company.lab.evaluation.imports import check_imports
from company.lab.metrics.catalogue import metric_names
from company.lab.metrics.measure import measure
from tests.support.houses import one_phase_company, work
from tests.support.sandboxes import make_backend
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import CheckOutcome, Mutation, ProductEvaluated
from warehouse.journal.journal import Event, read_events
from warehouse.product.product import Product

PRODUCTS = Path(__file__).parents[2] / "data" / "metric_products"
LANGUAGES = {".py": "python", ".md": "markdown"}
SIMILARITY = 0.8
"""What an embedding model is taken to have said of every product with code."""

ONE_TALK = {
    "calls": 1, "paid_calls": 1, "turns": 1, "repairs": 0, "agreement_turns": 1.0, "commits": 1,
    "failed_phases": 0, "skipped_phases": 0, "review_rounds": 0, "talk_share.programmer": 1.0,
    "cost": None, "paid_cost": None,  # nobody knows the price of a scripted model
}  # fmt: skip
NO_TESTS = {"own_tests": 0, "own_tests_passed": None, "mutation_score": None, "test_lines": 0}

EXPECTED: dict[str, dict[str, float | None]] = {
    "good": {
        **ONE_TALK, "completed": 1.0, "checks_passed": 1.0,
        "verified": 1.0, "starts": 1.0, "parses": 1.0, "executable": 1.0, "complete": 1.0,
        "imports": 1.0,  # main.py and shop.py; the test file is left out
        "unimplemented": 0, "consistency": 0.8, "quality": 0.8,  # 1 × 1 × 0.8
        "own_tests": 2, "own_tests_passed": 1.0, "mutation_score": 0.75,  # 3 of 4
        "files": 4, "lines": 40,  # 11 + 17 + 9 + 3
        "code_lines": 16,  # main.py 6; shop.py 4 in total(), 6 in cheapest()
        "test_lines": 5,
        # total: 1 + if + or = 3; cheapest: 1 + for + if + or = 4; main: 1 + comprehension = 2
        "complexity": 3.0, "complexity_max": 4,
        "lint": 0, "lint_per_100_lines": 0.0,
        "words": 127,  # README.md 8, main.py 27, shop.py 61, test_shop.py 31, headings among them
    },
    "stubbed": {
        **ONE_TALK, **NO_TESTS, "completed": 0.0, "checks_passed": 0.5, "fixed": 1.0, "kept": 0.0,
        "verified": 1.0, "starts": 1.0, "parses": 1.0, "executable": 1.0, "imports": 1.0,
        "complete": 0.0, "unimplemented": 2,  # load() and save()
        "consistency": 0.8, "quality": 0.0,
        "files": 1, "lines": 18,
        "code_lines": 9,  # two imports, def and pass, def and raise, def and print, and the call
        "complexity": 1.0, "complexity_max": 1,
        "lint": 2,  # json and os are imported and not used
        "lint_per_100_lines": 200 / 9,
        "words": 26,
    },
    "broken": {
        **ONE_TALK, "completed": 0.0, "checks_passed": 0.0,
        "verified": 0.0, "starts": 0.0, "parses": 0.0, "executable": 0.0, "imports": 0.0,
        "complete": 0.0, "unimplemented": 1,  # the file that cannot be read
        "consistency": 0.8, "quality": 0.0,
        "own_tests": 1, "own_tests_passed": 0.0, "mutation_score": None,
        "files": 2, "lines": 10, "code_lines": 3, "test_lines": 3,
        "complexity": None, "complexity_max": None, "maintainability": None,
        "lint": 1, "lint_per_100_lines": 100 / 6,
        "words": 29,  # main.py 13, test_main.py 16
    },
    "hanging": {
        **ONE_TALK, **NO_TESTS, "completed": 0.0, "checks_passed": 0.0,
        "verified": 0.0, "starts": None, "parses": 1.0, "executable": None, "imports": 0.0,
        "complete": 1.0, "unimplemented": 0, "consistency": 0.8, "quality": None,
        "files": 1, "lines": 10, "code_lines": 6,
        "complexity": 1.5, "complexity_max": 2,  # wait: 1 + while; main: 1
        "lint": 0, "lint_per_100_lines": 0.0,
        "words": 12,  # main py python; def wait while True pass; def main wait; main
    },
    "crashing": {
        **ONE_TALK, "completed": 0.0, "checks_passed": 0.0,
        "verified": 0.0, "starts": 0.0, "parses": 1.0, "executable": 0.0,
        "imports": 0.5,  # ledger.py, not main.py
        "complete": 1.0, "unimplemented": 0, "consistency": 0.8, "quality": 0.0,
        "own_tests": 2, "own_tests_passed": 1.0, "mutation_score": None,
        "files": 3, "lines": 29, "code_lines": 10, "test_lines": 9,
        # __init__: 1; balance: 1 + generator; main.py has no function and counts as one: 1
        "complexity": 4 / 3, "complexity_max": 2,
        "lint": 0, "lint_per_100_lines": 0.0,
        "words": 91,  # ledger.py 28, main.py 18, test_ledger.py 45
    },
    "empty": {
        **ONE_TALK, **NO_TESTS, "completed": 0.0, "checks_passed": 0.0,
        "verified": 0.0, "starts": 0.0, "parses": 0.0, "executable": 0.0, "imports": 0.0,
        "complete": 0.0, "unimplemented": 0, "consistency": 0.0, "quality": 0.0,
        "files": 0, "lines": 0, "code_lines": 0,
        "complexity": None, "complexity_max": None, "maintainability": None,
        "lint": None, "lint_per_100_lines": None,
        "calls": 3, "paid_calls": 3, "turns": 1, "repairs": 2, "commits": 0,
        "agreement_turns": None,  # the talk came to no conclusion
        "words": 12,  # "I have nothing yet." three times
    },
}  # fmt: skip

ACCEPTED = {"good": (True, True), "stubbed": (True, False)}
"""How the acceptance checks went; elsewhere both failed."""
LISTS = ("fail_to_pass", "pass_to_pass")


@pytest.mark.parametrize("kind", EXPECTED)
async def test_what_is_measured_is_what_was_worked_out_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(verification, "START_SECONDS", 1.0)
    monkeypatch.setattr(imports, "SECONDS", 1.0)
    events, files = await delivered(tmp_path, kind)
    measured = measure(events, files)
    expected = EXPECTED[kind]
    assert {name: measured[name] for name in expected} == pytest.approx(expected)
    assert set(metric_names()) <= measured.keys()
    assert measured["tokens"] == measured["prompt_tokens"] + measured["completion_tokens"] > 0  # type: ignore[operator]
    assert measured["paid_tokens"] == measured["tokens"]
    assert 0 < measured["model_seconds"] <= measured["seconds"] < 60  # type: ignore[operator]


async def delivered(folder: Path, kind: str) -> tuple[list[Event], Mapping[str, bytes]]:
    """The journal of a run that delivered this product and was evaluated, and its files."""
    talk = {"instructor": "cto", "assistant": "programmer"}
    one_phase_company(folder / "cards", talk=talk, yields={"files": {}}, sees=["task"])
    async with ScriptedProvider([reply_with(kind)] * 3) as provider:
        with suppress(NothingDelivered):
            await work(folder, provider, task="a small program", sandbox="bubblewrap")
    (run,) = (folder / "products").iterdir()
    product = Product.open(run / "product")
    head = product.head()
    files = product.files(head) if head else {}
    backend = await make_backend("bubblewrap", folder / "cache")
    try:
        found = ProductEvaluated(
            commit=head,
            sandbox=backend.name,
            acceptance=tuple(
                CheckOutcome("it", ok, "", 0.1, list_)
                for ok, list_ in zip(ACCEPTED.get(kind, (False,) * 2), LISTS, strict=True)
            ),
            imports=await check_imports(files, backend),
            mutation=Mutation(4, 3, ("shop.py:6: …",)) if kind == "good" else None,
            consistency=SIMILARITY if files else 0.0,
            embeddings="url:http://127.0.0.1:1/v1#scripted",
        )
    finally:
        await backend.close()
    events = read_events(run / "journal.jsonl")
    late = Event(len(events), "2100-01-01T00:00:00.000Z", "", found)
    return [*events, late], files


def reply_with(kind: str) -> str:
    """The product as a model writes it."""
    blocks = [
        f"### {file.name}\n```{LANGUAGES[file.suffix]}\n{file.read_text()}```\n"
        for file in sorted((PRODUCTS / kind).glob("*"))
    ]
    return "\n".join(blocks) or "I have nothing yet."
