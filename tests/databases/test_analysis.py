"""What a reporter may write, what a further report clears away, and which queries a line of it tells of."""

import pytest

from company.deliverables.analysis import Analysis
from company.deliverables.kind import Bounds, Delivery, Origin, Unreadable
from company.engine.state import State
from company.spec import Task
from phases.yields import AnalysisYield
from warehouse.data.asked import AskedQuery
from warehouse.data.looked_up import LookedUp
from warehouse.events import Passage, Rows
from warehouse.history.why.calls import told_of

ASKED = AskedQuery("SELECT 1", "shop", "reporter", Rows(("a", "sum(x < 3)"), ((2, 3),)))
REPORT = """\
# How many?

[2](#query-1) of [3](#query-2), [2](#query-1) again.

\\](#query-2) is text of a cell.

## Query 1

```sql
SELECT 1 -- ](#query-2)
## Query 2
```

| a |
| 2 |"""


def analysis(**more: object) -> Analysis:
    bounds = {"asked": [ASKED], "said": "How many of our 2 cities?", **more}
    return Analysis(AnalysisYield()).within(Bounds(**bounds))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    [
        "There are {1.1.a} in 2 cities.",
        "{1.1.sum(x < 3)}",
        "1. First of sales_2024, Q3.\n2. Then {1.1.a}.",
        "{1.1.a}, {1.1.a}; {1.1.a} %",
    ],
)
def test_figures_by_their_place_and_of_the_question_are_read(words: str) -> None:
    assert analysis().read(words, {}).text == words


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("{1.1.b}", "query 1 has no column b"),
        ("{2.a} or { 2.1.} of {2}", "{2.a} is no figure: one is {QUERY.ROW.COLUMN}"),
        ("{1.1.a}2 people", "touches digits"),
        ("2.{1.1.a}", "touches digits"),
        ("{1.1.a}{1.1.a}", "touches digits or another figure"),
        ("About 40, 2", "No query brought the figure 40"),
        ("Sales were [euros:1234567], {1.1.a} orders.", "No query brought the figure 1234567"),
        ("{1.1.a}\n```\nSELECT", "no code in fences"),
        ("In query 1.5 there are {1.1.a}.", "No query brought the figure 1.5"),
        ("```\nSELECT a\n```", "no code in fences"),
    ],
)
def test_what_would_tell_another_figure_goes_back(words: str, complaint: str) -> None:
    with pytest.raises(Unreadable) as fault:
        analysis().read(words, {})
    assert complaint in fault.value.complaint and "figure 2 " not in fault.value.complaint


@pytest.mark.parametrize("language", ["markdown", "md"])
def test_a_report_in_one_block_is_what_the_block_holds(language: str) -> None:
    assert (
        analysis().read(f"```{language}\nThere are {{1.1.a}}.\n```", {}).text
        == "There are {1.1.a}."
    )


def test_blocks_of_code_are_left_out_and_that_is_said() -> None:
    read = analysis().read("Query 1 tells:\n```sql\nSELECT 7\n```\nThere are {1.1.a}.", {})
    assert read.text == "Query 1 tells:\nThere are {1.1.a}."
    assert any("Blocks of code were left out" in note for note in read.notes)


def test_a_figure_written_like_a_citation_of_no_document_goes_back() -> None:
    shown = [LookedUp("reporter", [Passage("papers/sales.md", 40, "In March: 99.")])]
    words = "In March 99 [papers/sales.md:40]."
    assert analysis(looked_up=shown).read(words, {}).text == words
    with pytest.raises(Unreadable, match="No query brought the figure 55"):
        analysis(looked_up=shown).read(f"{words} In all [euros/papers:55].", {})


def test_a_further_report_takes_the_rows_and_charts_of_the_one_before_away() -> None:
    before = ["rows/1.parquet", "rows/2.parquet", "charts/1.svg", "charts/1.json", "rows/notes.txt"]
    state = State(Task("t"), asked=[ASKED])
    delivery = Delivery("analysis", text="None.")
    written = analysis(before=[*before, "analysis.json"]).apply(delivery, Origin("a", "A"), state)
    assert {path for path, data in written.items() if data is None} == set(before[1:4])
    # Files of somebody who never had an analysis are theirs.
    assert None not in analysis(before=before).apply(delivery, Origin("a", "A"), state).values()


@pytest.mark.parametrize(
    ("number", "queries"),
    [(1, []), (3, [1, 2]), (5, []), (7, [1]), (10, [1]), (11, [1]), (15, [1])],
)
def test_a_line_of_a_report_tells_of_all_its_figures_or_of_the_query_above(
    number: int, queries: list[int]
) -> None:
    assert told_of(REPORT.split("\n"), number).queries == queries
