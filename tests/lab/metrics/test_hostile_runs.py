"""Journals and products from anywhere: whatever they hold, they are measured and nothing is raised."""

import math
import string
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from company.lab.metrics.catalogue import is_metric, metric_names
from company.lab.metrics.measure import measure
from company.lab.metrics.python_code import findings
from tests.support.hostile import write_hostile_runs
from tests.support.journals import answered, asked, events, small_run, started
from warehouse.events import KINDS
from warehouse.events.conversion import as_json
from warehouse.journal.journal import Event, read_events

KEYS = (
    "effect", "ordinal", "speaker", "result", "request", "usage", "prompt_tokens", "cost", "text",
    "completion_tokens", "seconds", "used", "checks", "name", "ok", "exit_code", "status", "kind",
    "order", "role_models", "human_roles", "acceptance", "passed", "imports", "module", "mutation",
    "mutants", "killed", "survived", "consistency", "files", "outcome", "remark", "timed_out",
)  # fmt: skip
WORDS = (
    "completion", "answer", "commit", "sandbox", "phase", "verdict", "start", "tests", "syntax",
    "done", "failed", "verified", "unverified", "main.py", "programmer", "\ud800", "\x1b[2J",
)  # fmt: skip

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**20), 2**53 + 1, -1])
    | st.floats()
    | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=12,
)
made_up = st.builds(
    Event.of,
    seq=st.integers(0, 100),
    at=st.sampled_from(["2026-01-02T03:04:05.678Z", "2026-01-02", "9999-12-31T23:59:59-23:00", ""])
    | st.text(max_size=30),
    kind=st.sampled_from(sorted(KINDS)),
    where=st.sampled_from(
        ["", "1.a", "1.a/turn-1", "1.a/turn-99/repair-1", "1.a/turn-" + "9" * 99]
    ),
    data=st.dictionaries(st.sampled_from(KEYS), anything, max_size=6),
)
sources = st.text(string.printable, max_size=80) | st.sampled_from(
    [
        "def f(", "'''", "#", "x = [" + "[" * 2000, "x = " + "+".join(["1"] * 3000), "\ufeffx = 1",
        "class T(" + "a." * 500 + "b):\n def test(self): pass\n", "\x00", "if 1:\n\tx\n        y\n",
        "match x:\n case {'a': [1, *_]}: pass\n", "def f(): '''a''' ; 'b'\n", "\\", "f'{x!r:{y}}'",
    ]
)  # fmt: skip
files = st.dictionaries(
    st.sampled_from(["main.py", "test_main.py", "a/__init__.py", "m.js", "m.test.js", "i.html"]),
    sources.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=30),
    max_size=3,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(made_up, max_size=8), files)
def test_whatever_a_run_holds_it_yields_numbers_or_nothing(
    journal: list[Event], product: dict[str, bytes]
) -> None:
    assert_measurable(journal, product)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_journal_with_any_field_replaced_is_measured(data: Any) -> None:
    whole = events([*small_run(), asked("4.a/turn-1", "?"), answered("4.a/turn-1", "!")])
    at = data.draw(st.integers(0, len(whole) - 1))
    event = whole[at]
    keys = sorted(as_json(event.data)) or ["text"]
    replaced = {**as_json(event.data), data.draw(st.sampled_from(keys)): data.draw(anything)}
    whole[at] = Event.of(event.seq, event.at, event.kind, event.where, replaced)
    assert_measurable(whole[: data.draw(st.integers(0, len(whole)))], {"main.py": b"x = 1\n"})


def test_runs_that_attack_the_terminal_are_measured(tmp_path: Path) -> None:
    write_hostile_runs(tmp_path)
    for journal in sorted(tmp_path.glob("*/journal.jsonl")):
        assert_measurable(read_events(journal), {})


def test_only_names_that_roles_can_have_become_metrics() -> None:
    bad = ("Robert'); DROP", "x" * 65, "\x1b[31m", "../up", "a.b", "")
    names = {**dict.fromkeys(bad, "m"), **{f"role_{n}": "m" for n in range(500)}, "cto": "m"}
    found = measure(events([started(role_models=names)]), {})
    roles = {name.partition(".")[2] for name in found if name.startswith("words.")}
    assert "cto" in roles
    assert len(roles) == 50
    assert roles.isdisjoint(bad)


def test_files_are_linted_under_names_of_ours_and_by_nobodys_settings(tmp_path: Path) -> None:
    unused = "import os\n"
    assert findings({"../../up.py": unused, "-x.py": unused, "a\nb.py": unused}) == 3
    assert findings({"a.py": unused, "ruff.toml": 'lint.ignore = ["F401"]\n'}) == 1 + 1
    assert findings({"pkg/__init__.py": "from .a import b\n"}) == 1


def assert_measurable(journal: list[Event], product: dict[str, bytes]) -> None:
    found = measure(journal, product)
    assert set(metric_names()) <= found.keys()
    for name, value in found.items():
        assert is_metric(name)
        assert value is None or (isinstance(value, int | float) and math.isfinite(value))
