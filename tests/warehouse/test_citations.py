"""A citation is of lines that were shown, and written so that a rule can tell."""

import pytest

from warehouse.data.citations import cited, covers, faults, without_citations
from warehouse.events import Passage

FOLDERS = ["papers"]
SHOWN = [
    Passage("papers/a b.md", 3, "three\n\nfive"),
    Passage("papers/a b.md", 6, "six"),
    Passage("papers/long.txt", 1, "one"),
    Passage("papers/long.txt", 1, "half"),
]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("So [papers/a b.md:3-6].", {"papers/a b.md:3-6": "three\n\nfive\nsix"}),
        ("So [papers/a b.md:5][papers/a b.md:6-6].", {"papers/a b.md:5": "five", "papers/a b.md:6-6": "six"}),
        ("Both [papers/long.txt:1].", {"papers/long.txt:1": "one … half"}),
        ("At [10:30] or [step:3], as papers/a says, see [a](b.md:3).", {}),
        ("`rows[a.start:20]`, [0.5:1], [RFC 9110.4:12], [and/or:2], [my papers/a:3].", {}),
    ],
)  # fmt: skip
def test_what_was_shown_is_quoted(text: str, quoted: dict[str, str]) -> None:
    assert faults(text, SHOWN, FOLDERS) == [] and cited(text, SHOWN) == quoted
    assert all(any(covers(each, place) for each in SHOWN) for place in quoted)


@pytest.mark.parametrize(
    "text",
    [
        "[papers/a b.md:2-3]", "[papers/a b.md:6-3]", "[papers/a b.md:3-9999999]", "[b.md:3]",
        "[papers/none.md:1]", "[ papers/none:1]", "[papers/long.txt:1, papers/a.md:3]", "(papers/long.txt:1-2)",
    ],
)  # fmt: skip
def test_what_was_not_shown_or_is_not_written_so_is_named(text: str) -> None:
    fault, *_ = faults(f"It is so {text}.", SHOWN, FOLDERS)
    assert "is no citation" in fault and "such as [papers/long.txt:1]" in fault
    assert cited(text, SHOWN) == {}


def test_of_nothing_shown_nothing_can_be_cited() -> None:
    (fault,) = faults("[papers/a.md:1]", [], FOLDERS)
    assert fault.endswith("Cite lines that you were shown, or leave out what rests on them.")


def test_only_what_would_go_back_by_itself_is_taken_out_as_a_citation() -> None:
    text = "A [papers/long.txt:1] [papers/none.md:7] [euros:7] [euros/a.txt:7]"
    assert without_citations(text, SHOWN) == "A   [euros:7] [euros/a.txt:7]"
    assert without_citations(text, []) == text
