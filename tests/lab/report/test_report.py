"""The report: everything is in it, nothing in it is alive, and it is the same every time."""

import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from company.lab.analysis.analysis import analyse
from company.lab.analysis.study import Study
from company.lab.report.report import link, report_page, write_report
from tests.support.hostile import ATTACKS
from tests.support.studies import each_task, results, row, study, usual_results

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "$\\frac{1}{0}$ _hidden & &lt;",
    "]]></style></svg><svg onload=alert(1)>-->",
    *(attack.format("evil") for attack in ATTACKS),
)
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]")


class Reader(HTMLParser):
    """The elements, attributes and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """What can be read, blanks as one."""
        return " ".join(" ".join(self.words).split())


def read(asked: Study | None = None) -> Reader:
    """The page of a study, by default of the usual one."""
    asked = asked or study()
    return Reader(report_page(asked, analyse(asked)))


def test_the_report_holds_all_that_was_asked_for() -> None:
    page = read()
    for heading in (
        "What was found",
        "Conditions",
        "Comparison",
        "Spending and completion",
        "What goes with being completed",
        "Task by task",
        "All metrics",
        "Definitions",
        "Runs",
        "What was left out, and why",
        "To do it again",
        "Versions",
        "Configuration",
    ):
        assert heading in page.text
    assert "Does a second pair of eyes help?" in page.text
    assert "name: second-pair" in page.text
    assert "Works: every acceptance check of the task passed" in page.text
    assert 'pl.read_parquet("results.parquet")' in page.text


def test_what_goes_with_completion_is_told_where_tasks_have_checks() -> None:
    """Of `verified` and `tokens`, the two of these metrics that may stand for it or bring it about."""
    frame = usual_results(tasks=24)
    text = read(study(frame)).text
    assert re.search(r"Verified −?0\.\d\d −?0\.\d\d to 0\.\d\d 24, 144", text), text
    judged_by_none = study(frame.drop("completed", "checks_passed"))
    assert "What goes with being completed" not in read(judged_by_none).text


def test_every_run_is_linked_to_its_transcript() -> None:
    links = {value for name, value in read().attributes if name == "href"}
    assert "./runs/solo--task-00--1/transcript.html" in links
    assert "./runs/pair%20without%20tester--task-09--2/transcript.html" in links


@pytest.mark.parametrize(
    "path", ["javascript:alert(1)", "//evil.example/x", "https://evil.example", 'a" onclick="b']
)
def test_a_link_never_leaves_the_folder_of_the_report(path: str) -> None:
    assert re.fullmatch(r"\./[\w.%/-]*", link(path))


def test_nothing_that_runs_say_is_alive_in_the_report() -> None:
    rows = [
        {**row(text, f"{text} {number}", tokens=number, completed=1.0), "category": text}
        for text in map(storable, HOSTILE)
        for number in range(6)
    ]
    everything = "\n".join(HOSTILE)
    frame = results(rows).with_columns(pl.lit(1.0).alias(f"words.{storable(everything)}"))
    names = list(dict.fromkeys(frame["condition"]))
    hostile = study(
        frame,
        title=everything,
        question=everything,
        name=everything,
        conditions={name: {everything: everything} for name in names},
        configuration=everything,
        versions={everything: everything},
        transcripts=dict.fromkeys(frame["run"], everything),
        metrics=("completed", "tokens", frame.columns[-1]),
    )
    page = read(hostile)
    assert set(page.tags) == set(read().tags)
    assert not {"script", "img", "iframe", "object", "link", "base"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert not UNSEEN.search(report_page(hostile, analyse(hostile)))
    assert "{{ 7 * 7 }}" in page.text
    assert "alert(1)" in page.text


def storable(text: str) -> str:
    """Text as a frame can hold it: no half characters."""
    return text.encode("utf-8", "replace").decode()


def test_the_page_asks_nobody_for_anything() -> None:
    page = report_page(study(), analyse(study()))
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'content="{policy};' in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert "https://" not in page
    assert "@import" not in page
    assert "url(#" in page
    assert re.findall(r"url\((?!#)", page) == []


def test_the_same_study_makes_the_same_report_to_the_byte(tmp_path: Path) -> None:
    write_report(study(), tmp_path / "one.html")
    write_report(study(), tmp_path / "two.html")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_every_picture_says_in_words_what_it_shows() -> None:
    page = read()
    labels = [value for name, value in page.attributes if name == "aria-label"]
    assert any(
        value.startswith("Means of Completed, with 95 % intervals. solo: ") for value in labels
    )
    assert any(
        value.startswith("Ratios of Tokens to solo, with 95 % intervals. pair: ×")
        for value in labels
    )
    assert any(value.startswith("Share of runs completed, by tokens") for value in labels)


def test_no_two_elements_of_the_page_share_a_name() -> None:
    names = [value for name, value in read().attributes if name == "id"]
    assert len(names) == len(set(names))


def test_a_batch_is_reported_by_totals_and_distributions() -> None:
    page = read(study(usual_results(("batch",), tasks=40, repetitions=1), question=""))
    assert "Results" in page.text
    assert "How runs differ" in page.text
    labels = [value for name, value in page.attributes if name == "aria-label"]
    assert any(value.startswith("Distribution of Tokens over 40 runs") for value in labels)
    assert "Holm" not in page.text


def test_runs_that_were_left_out_are_named() -> None:
    rows = each_task("solo", "tokens", [1.0] * 5)
    rows.append(row("solo", "broken off", status="unfinished"))
    text = read(study(results(rows))).text
    assert "Left out: 1 of 6 runs, which have not ended" in text
    assert "broken off, 1" in text


def test_a_report_without_a_run_says_so() -> None:
    text = read(study(pl.DataFrame({}))).text
    assert "Nothing was measured of these runs yet." in text


def test_a_grid_too_large_to_draw_is_still_a_table() -> None:
    rows = [
        each for number in range(45) for each in each_task(f"c{number}", "completed", [1.0, 0.0])
    ]
    page = read(study(results(rows), metrics=("completed",)))
    labels = [value for name, value in page.attributes if name == "aria-label"]
    assert not any(value.startswith("Means of") for value in labels)
    assert "Completed, by condition" in labels
