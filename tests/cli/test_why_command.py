"""`softhouse why`: who wrote a line, and what was said; in a run, in a product alone, in a clone."""

import re
from pathlib import Path

import pytest

from tests.support.command_line import Softhouse
from tests.support.histories import RUN, Made, plain_git, write_history
from tests.support.journals import started, write_run
from tests.support.why import PHASE, carrying_clone, reviewed_product, told


@pytest.fixture
def product(tmp_path: Path) -> Path:
    return reviewed_product(tmp_path / "products")


@pytest.fixture
def clone(product: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = carrying_clone(product)
    monkeypatch.chdir(place)
    return place


def test_a_line_is_told_with_its_commit_its_words_and_what_it_replaced(
    softhouse: Softhouse, product: Path
) -> None:
    shown = softhouse("why", "last", "src/main.py:3").out
    sha = plain_git(product, "rev-parse", "HEAD")[:10]
    for part in (
        "src/main.py:3\n    THREE\n",
        "● Change, round 1, by the Programmer\n",
        f"  commit {sha} · 2023-11-14T22:13:22Z · {PHASE}/commit\n",
        "  because\n    - wrong\n",
        "  Chief → Programmer\n    Comments:\n    - it is wrong\n    rule 0\n",
        "    … 19 more lines with --full\n",
        "  Programmer → Chief  lmstudio:m, 0:02\n    … 1 line above\n",
        "    two\n  > THREE\n    four\n",
        "before that: Coding, by the Programmer, ",
        "    three\n",
    ):
        assert part in shown
    assert "rather not" not in shown
    assert not set("\x1b\x07\u202e") & set(shown)


def test_all_that_was_said_is_shown_in_full_and_every_message_once(
    softhouse: Softhouse, product: Path
) -> None:
    shown = softhouse("why", "last", "src/main.py:3", "--full").out
    assert "I would rather not" in shown
    assert "↩ sent back\n    no file" in shown
    assert shown.count("rule 19") == 1
    assert shown.index("rather not") < shown.index("sent back") < shown.index("Sure.")


def test_a_file_is_told_by_who_wrote_what_the_latest_last(
    softhouse: Softhouse, product: Path
) -> None:
    (product / "src" / "main.py").write_text("one\ntwo\nTHREE\nfour\nfive\n")
    shown = softhouse("why", "last", "src/main.py").out.splitlines()
    assert shown[0] == "src/main.py  5 lines"
    assert [re.split(r" {2,}", line.strip()) for line in shown[1:]] == [
        ["3", "Coding", "Programmer", plain_git(product, "rev-parse", "HEAD~1")[:10], "1-2, 4"],
        ["1", "Change, round 1", "Programmer", plain_git(product, "rev-parse", "HEAD")[:10], "3"],
        ["1", "not committed yet", "5"],
    ]


def test_some_lines_are_told_as_a_file_is(softhouse: Softhouse, product: Path) -> None:
    assert told(softhouse, "last", "src/main.py:2-3")["count"] == 2
    shown = softhouse("why", "last", "src/main.py:3-2").out
    assert shown.startswith("src/main.py:2-3  2 lines\n")


@pytest.mark.parametrize("name", ["src/main.py", "./src/../src/main.py"])
def test_a_file_of_a_run_is_named_from_the_product_s_root(
    softhouse: Softhouse, product: Path, name: str
) -> None:
    assert told(softhouse, RUN[:8], f"{name}:3")["origin"]["step"] == f"{PHASE}/commit"


def test_or_by_any_path_to_it(softhouse: Softhouse, product: Path, tmp_path: Path) -> None:
    absolute = str(product / "src" / "main.py")
    from_here = str((product / "src" / "main.py").relative_to(tmp_path))
    for name in (absolute, from_here):
        assert told(softhouse, "last", name)["file"] == "src/main.py"
        assert told(softhouse, name)["file"] == "src/main.py"


def test_in_the_product_no_run_need_be_named(
    softhouse: Softhouse, product: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(product / "src")
    answer = told(softhouse, "main.py:3")
    assert answer["talk"]["reply"].startswith("Sure.")
    assert answer["notes"] == []


def test_in_a_clone_the_commits_tell_it_and_how_to_get_the_words(
    softhouse: Softhouse, clone: Path
) -> None:
    assert "softhouse" not in plain_git(clone, "for-each-ref")
    shown = softhouse("why", "src/main.py:3").out
    assert "● Change, round 1, by the Programmer" in shown
    assert "because\n    - wrong" in shown
    assert f"! The words behind it are in the journal of run {RUN}, which is not here." in shown
    assert "git fetch origin refs/softhouse/journal:refs/softhouse/journal" in shown
    assert "softhouse export RUN --journal" in shown


def test_with_the_journal_fetched_a_clone_tells_the_words(
    softhouse: Softhouse, clone: Path
) -> None:
    before = told(softhouse, "src/main.py:3")
    plain_git(clone, *before["notes"][0].partition("git ")[2].partition("\n")[0].split())
    after = told(softhouse, "src/main.py:3")
    assert after["talk"]["reply"].startswith("Sure.")
    assert after["notes"] == []
    assert after["origin"] == before["origin"]


def test_the_journal_may_also_lie_in_the_products_folder(
    softhouse: Softhouse, clone: Path, product: Path
) -> None:
    products = str(product.parent.parent)
    assert told(softhouse, "src/main.py:3", "--products", products)["talk"] is not None


def test_what_the_customer_did_since_is_told_as_theirs(softhouse: Softhouse, clone: Path) -> None:
    (clone / "src" / "main.py").write_text("one\nTWO\nTHREE\nfour\n")
    plain_git(clone, "commit", "-qam", "Shout")
    shown = softhouse("why", "src/main.py:2").out
    assert "● Jane Doe, outside of any run: Shout" in shown
    assert "before that: Coding, by the Programmer" in shown


def test_a_line_of_another_run_than_the_journal_s_is_told_by_its_commit(
    softhouse: Softhouse, product: Path
) -> None:
    other = Made({"main.py": "x\n"}, run="20250101-000000-other-0000")
    ours = Made({"b.py": "y\n"})
    folder = write_run(product.parent.parent, [started()], "20270101-000000-two-0000")
    write_history(folder / "product", [other, ours])
    answer = told(softhouse, "last", "main.py:1")
    assert answer["talk"] is None
    assert "written in run 20250101-000000-other-0000" in answer["notes"][0]


def test_binary_and_empty_files_are_told_as_a_whole(softhouse: Softhouse, product: Path) -> None:
    (product / "a.bin").write_bytes(b"\0\1")
    (product / "empty").touch()
    plain_git(product, "add", ".")
    plain_git(product, "commit", "-qm", "Add both")
    for name, kind in (("a.bin", "binary"), ("empty", "empty")):
        shown = softhouse("why", "last", name).out
        assert shown.startswith(f"{name}  {kind}\n● Jane Doe, outside of any run: Add both\n")
        assert kind in softhouse("why", "last", f"{name}:1").fails_with(2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["last", "src/main.py:5"], "src/main.py has 4 lines, numbered from 1."),
        (["last", "src/main.py:0"], "numbered from 1"),
        (["last", "src/main.py:2-9"], "has 4 lines"),
        (["last", "src/mian.py:1"], "did you mean src/main.py?"),
        (["last", "src\\main.py:1"], "did you mean src/main.py?"),
        (["last", "src"], "src is a folder; name one of its files: src/main.py"),
        (["last", ".git/config"], "git's own"),
        (["last", "../journal.jsonl"], "outside of the product"),
        (["last", "/etc/passwd"], "outside of the product"),
        (["last", ""], "folder"),
        (["nothing", "src/main.py"], "nothing"),
        (["last"], "no git repository"),
        ([], "FILE"),
        (["last", "a", "b"], "no more"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_paragraph(
    softhouse: Softhouse, product: Path, arguments: list[str], said: str
) -> None:
    assert said in softhouse("why", *arguments).fails_with(2)


def test_a_run_whose_product_is_gone_cannot_be_asked(softhouse: Softhouse, product: Path) -> None:
    product.rename(product.with_name("gone"))
    assert "holds no product" in softhouse("why", "last", "src/main.py").fails_with(2)


def test_a_demo_can_be_asked_too(softhouse: Softhouse) -> None:
    assert "● Coding, by the Programmer" in softhouse("why", "demo", "main.py:3").out


@pytest.mark.parametrize("name", ["odd:1", "C:\\src:x", "a:2-3"])
def test_the_last_colon_before_a_number_begins_the_line(
    softhouse: Softhouse, product: Path, name: str
) -> None:
    (product / name).write_text("x\n")
    plain_git(product, "add", ".")
    plain_git(product, "commit", "-qm", "Odd")
    assert told(softhouse, "last", f"{name}:1")["file"] == name
