"""`runs`, `show` and `export`: a run told from its journal, which may be hostile."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from company.cli.runs import prefixes
from tests.support.command_line import Softhouse
from tests.support.journals import (
    Step,
    answered,
    asked,
    check_data,
    committed,
    phase,
    small_run,
    started,
    write_lines,
    write_run,
)

RUN = "20260102-030405-tips-abcd"
EVIL = "</pre><script>alert(1)</script>\x1b]52;c;aGk=\x07````\n# heading\n[x](javascript:1) \u202e"


def hostile_run() -> list[Step]:
    """A run in which everybody writes what would do harm if it were taken for more than text."""
    return [
        started(task={"text": EVIL}, name=EVIL, model=EVIL, chain=EVIL, sandbox=EVIL),
        phase("1.coding", EVIL),
        asked("1.coding/turn-1", EVIL),
        answered("1.coding/turn-1", EVIL),
        ("deliverable", "1.coding", {"kind": "decision", "fields": {EVIL: [EVIL]}}),
        ("deliverable.rejected", "1.coding", {"complaint": EVIL}),
        *committed("1.coding/commit", (EVIL, "added", 1, 0)),
        (
            "execution",
            "1.coding",
            {"verified": False, "checks": [check_data(EVIL, False, EVIL)], "summary": EVIL},
        ),
        ("effect.failed", "1.coding", {"effect": EVIL, "ordinal": 0, "error": EVIL}),
        ("note", "1.coding", {"text": EVIL}),
        ("run.ended", "", {"status": EVIL, "exit_code": 1, "reason": EVIL}),
    ]


@pytest.fixture
def products(tmp_path: Path) -> Path:
    folder = tmp_path / "products"
    write_run(folder, small_run(), RUN)
    return folder


def test_runs_are_listed_in_a_pipe_as_tab_separated_lines(
    softhouse: Softhouse, products: Path
) -> None:
    write_lines(products, "20260103-000000-broken-0001", "nonsense")
    lines = softhouse("runs").out.splitlines()
    assert lines[0].split("\t") == [RUN, "unverified", "1", "120", "0:00", "Tips"]
    assert lines[1].startswith("20260103-000000-broken-0001\tbroken\t-\t-\t-\t")
    assert "damaged" in lines[1]


def test_runs_as_json_hold_the_summary_and_the_problem(
    softhouse: Softhouse, products: Path
) -> None:
    write_lines(products, "20260103-000000-broken-0001", "nonsense")
    fine, broken = json.loads(softhouse("runs", "--json").out)
    assert (fine["run"], fine["status"], fine["calls"]) == (RUN, "unverified", 1)
    assert broken["status"] == "broken"
    assert broken["problem"]


def test_no_runs_yet_says_how_to_begin(softhouse: Softhouse) -> None:
    assert "softhouse run TASK" in softhouse("runs").out
    assert json.loads(softhouse("runs", "--json").out) == []


def test_the_first_column_is_always_a_name_that_finds_the_run() -> None:
    names = ["20260101-000000-a-1111", "20260101-000000-a-1122", "20260102-000000-b-3333"]
    short = prefixes(names)
    assert short[names[2]] == "20260102-000000"
    for name, prefix in short.items():
        assert [n for n in names if n.startswith(prefix)] == [name]


def test_show_tells_who_said_what_what_was_committed_and_what_ran(
    softhouse: Softhouse, products: Path
) -> None:
    shown = softhouse("show", "last").out
    for words in (
        "● Coding",
        "Programmer → Chief  lmstudio:m, 100+20 tokens",
        "    Here it is: main.py",
        "commit abababab",
        "✗ tests FAILED, exit code 1",
        "    E assert 1 == 2",
        "– Manual: there is nothing to explain",
        "■ unverified, exit code 1: tests failed",
    ):
        assert words in shown
    assert "Write the program." not in shown
    assert "    Write the program." in softhouse("show", RUN[:12], "--full").out


def test_long_words_are_cut_unless_all_is_asked_for(softhouse: Softhouse, tmp_path: Path) -> None:
    reply = "\n".join(f"line {number}" for number in range(40))
    steps = [started(), asked("1.coding/turn-1", "?"), answered("1.coding/turn-1", reply)]
    write_run(tmp_path / "products", steps)
    cut, full = softhouse("show", "last").out, softhouse("show", "last", "--full").out
    assert "… 28 more lines with --full" in cut
    assert "line 39" not in cut
    assert "line 39" in full


def test_show_as_json_is_a_list_of_typed_entries(softhouse: Softhouse, products: Path) -> None:
    record = json.loads(softhouse("show", "last", "--json").out)
    kinds = [entry["entry"] for entry in record["entries"]]
    assert kinds[0] == "began"
    assert kinds[-1] == "ended"
    assert {"said", "committed", "executed", "delivered", "step_began"} <= set(kinds)
    assert record["summary"]["calls"] == 1


def test_a_run_may_be_named_by_its_path(softhouse: Softhouse, products: Path) -> None:
    assert softhouse("show", str(products / RUN)).code == 0


def test_a_journal_that_is_damaged_is_an_error_with_its_line(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    write_lines(tmp_path / "products", RUN, "nonsense")
    assert "journal.jsonl:1" in softhouse("show", "last").fails_with(2)
    (tmp_path / "products" / RUN / "journal.jsonl").write_text("")
    assert "empty" in softhouse("show", "last").fails_with(2)
    assert "empty" in softhouse("resume", "last").fails_with(2)


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_an_export_is_a_file_named_after_the_run(
    softhouse: Softhouse, products: Path, tmp_path: Path, form: str
) -> None:
    done = softhouse("export", "last", "--to", form)
    assert done.out.strip() == f"{RUN}.{form}"
    text = (tmp_path / f"{RUN}.{form}").read_text("utf-8")
    assert "Here it is: main.py" in text
    assert softhouse("export", "last", "--to", form, "-o", "-").out == text


def test_an_export_that_cannot_be_written_says_so(softhouse: Softhouse, products: Path) -> None:
    assert "-o" in softhouse("export", "last", "-o", "no/such/folder/x.html").fails_with(2)


class Page(HTMLParser):
    """The tags, attributes and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_runs_nothing_and_loads_nothing(softhouse: Softhouse, tmp_path: Path) -> None:
    write_run(tmp_path / "products", hostile_run())
    text = softhouse("export", "last", "-o", "-").out
    assert "default-src 'none'" in text
    page = Page(text)
    assert not page.tags & {"script", "img", "link", "iframe", "object", "a", "svg", "form", "base"}
    assert not page.attributes & {"src", "href", "onclick", "onload", "style"}
    assert "<script>alert(1)</script>" in page.words
    assert not set("\x1b\x07\u202e") & set(text)


def test_nothing_said_in_the_run_becomes_markup_of_the_markdown(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    write_run(tmp_path / "products", hostile_run())
    text = softhouse("export", "last", "--to", "md", "-o", "-").out
    tokens = MarkdownIt("commonmark").parse(text)
    inner = [child for token in tokens for child in token.children or []]
    assert not [token for token in (*tokens, *inner) if "html" in token.type]
    assert not [token for token in inner if token.type in ("link_open", "image")]
    headings = [
        tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"
    ]
    assert "heading" not in headings
    assert len(headings) == 3
    assert not set("\x1b\x07\u202e") & set(text)


def test_nothing_said_in_the_run_drives_the_terminal(softhouse: Softhouse, tmp_path: Path) -> None:
    write_run(tmp_path / "products", hostile_run())
    for command in (["runs"], ["show", "last"], ["show", "last", "--full"]):
        said = softhouse(*command).out
        assert not set("\x1b\x07\u202e\r") & set(said)
        assert "alert(1)" in said
    for command in (["runs", "--json"], ["show", "last", "--json"]):
        assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", softhouse(*command).out) is None
