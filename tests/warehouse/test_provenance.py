"""From every line to the commit that wrote it, whatever happened since."""

import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.histories import Made, plain_git, write_history
from warehouse.errors import ProductError
from warehouse.history.why.branches import Branches
from warehouse.history.why.trace import Provenance, trace
from warehouse.product.git.borrowed import borrowed


@contextmanager
def traced(root: Path, path: str, parallel: Collection[str] = ()) -> Iterator[Provenance]:
    with borrowed(root) as source:
        yield trace(source, root, path, Branches(frozenset(parallel)))


def writers(root: Path, path: str, parallel: Collection[str] = ()) -> list[tuple[str, str]]:
    """Each line with the step that wrote it; a person's name, or nothing, where no company did."""
    with traced(root, path, parallel) as provenance:
        return [(line.text, line.origin.step or line.origin.author) for line in provenance.lines]


def earlier(root: Path, path: str, number: int) -> list[tuple[str, list[str]]]:
    with traced(root, path) as provenance:
        shares = provenance.earlier(provenance.lines[number - 1])
        return [(share.origin.step, [line.text for line in share.lines]) for share in shares]


def lines(*texts: str) -> str:
    return "".join(f"{text}\n" for text in texts)


def coding(*texts: str, path: str = "a.py") -> Made:
    return Made({path: lines(*texts)}, "1.coding/commit")


def review(*texts: str, path: str = "a.py") -> Made:
    step = "2.review/round-1/review_modification/commit"
    return Made({path: lines(*texts)}, step, "Review modification")


def fix(*texts: str, number: int = 1, path: str = "a.py") -> Made:
    return Made({path: lines(*texts)}, f"3.testing/round-{number}/fix_bugs/commit", "Bug fixing")


def undo(*texts: str, path: str = "a.py") -> Made:
    title = "Undo fixes that did not help"
    return Made({path: lines(*texts)}, "3.testing/undo", title, "softhouse")


CODING, REVIEW, FIX = "1.coding/commit", review().step, fix().step


def test_each_line_belongs_to_the_last_commit_that_changed_it(tmp_path: Path) -> None:
    write_history(
        tmp_path / "p",
        [coding("a", "b", "c", "d"), review("a", "B", "b2", "c", "d"), fix("a", "BB", "b2", "d")],
    )
    assert writers(tmp_path / "p", "a.py") == [
        ("a", CODING), ("BB", FIX), ("b2", REVIEW), ("d", CODING),
    ]  # fmt: skip


def test_what_a_line_replaced_is_told_back_to_the_first_version(tmp_path: Path) -> None:
    write_history(tmp_path / "p", [coding("a", "b"), review("a", "B"), fix("a", "BB")])
    assert earlier(tmp_path / "p", "a.py", 2) == [(REVIEW, ["B"]), (CODING, ["b"])]
    assert earlier(tmp_path / "p", "a.py", 1) == []


def test_a_line_that_was_inserted_replaced_nothing(tmp_path: Path) -> None:
    write_history(tmp_path / "p", [coding("a", "b"), review("a", "new", "b")])
    assert earlier(tmp_path / "p", "a.py", 2) == []


def test_where_two_lines_became_three_both_are_what_stood_there(tmp_path: Path) -> None:
    write_history(tmp_path / "p", [coding("a", "b", "c", "d"), fix("a", "x", "y", "z", "d")])
    assert earlier(tmp_path / "p", "a.py", 3) == [(CODING, ["b", "c"])]


def test_as_many_lines_for_as_many_are_told_one_by_one(tmp_path: Path) -> None:
    write_history(tmp_path / "p", [coding("a", "b", "c", "d"), fix("a", "x", "y", "d")])
    assert earlier(tmp_path / "p", "a.py", 3) == [(CODING, ["c"])]


def test_lines_that_were_taken_back_belong_to_who_wrote_them(tmp_path: Path) -> None:
    first = ("import sys", "", "a", "b", "a")
    write_history(tmp_path / "p", [coding(*first), fix("a", "x", "", "import sys"), undo(*first)])
    assert {step for _, step in writers(tmp_path / "p", "a.py")} == {CODING}
    assert earlier(tmp_path / "p", "a.py", 1) == []


def test_also_when_the_fix_had_deleted_the_file(tmp_path: Path) -> None:
    deleted = Made({"a.py": None}, FIX)
    write_history(tmp_path / "p", [coding("a", "b"), review("a", "B"), deleted, undo("a", "B")])
    assert writers(tmp_path / "p", "a.py") == [("a", CODING), ("B", REVIEW)]
    assert earlier(tmp_path / "p", "a.py", 2) == [(CODING, ["b"])]


def test_what_is_changed_after_fixes_were_undone_is_told_from_there(tmp_path: Path) -> None:
    write_history(
        tmp_path / "p",
        [coding("a", "b"), fix("x", "b"), undo("a", "b"), fix("a", "y", number=2)],
    )
    assert writers(tmp_path / "p", "a.py") == [("a", CODING), ("y", fix(number=2).step)]
    assert earlier(tmp_path / "p", "a.py", 2) == [(CODING, ["b"])]


def test_undoing_one_file_does_not_touch_who_wrote_another(tmp_path: Path) -> None:
    both = Made({"a.py": "x\n", "b.py": "y\n"}, FIX)
    write_history(tmp_path / "p", [coding("a"), coding("b", path="b.py"), both, undo("a")])
    assert writers(tmp_path / "p", "a.py") == [("a", CODING)]
    assert writers(tmp_path / "p", "b.py") == [("y", FIX)]


BRANCH_ONE, BRANCH_TWO = "2.both/one/commit", "2.both/two/commit"


def test_a_parallel_branch_is_told_from_what_it_saw(tmp_path: Path) -> None:
    """The second branch wrote a file anew that it had seen without the first one's change."""
    one = Made({"a.py": lines("a", "ONE", "c")}, BRANCH_ONE)
    two = Made({"a.py": lines("a", "b", "TWO")}, BRANCH_TWO)
    write_history(tmp_path / "p", [coding("a", "b", "c"), one, two])
    assert writers(tmp_path / "p", "a.py", ["2.both"]) == [
        ("a", CODING), ("b", CODING), ("TWO", BRANCH_TWO),
    ]  # fmt: skip


def test_a_file_that_two_branches_made_belongs_to_the_one_that_won(tmp_path: Path) -> None:
    one = Made({"b.md": lines("same", "one")}, BRANCH_ONE)
    two = Made({"b.md": lines("same", "two")}, BRANCH_TWO)
    write_history(tmp_path / "p", [coding("a"), one, two])
    assert {step for _, step in writers(tmp_path / "p", "b.md", ["2.both"])} == {BRANCH_TWO}


def test_branches_on_files_of_their_own_are_commits_one_after_another(tmp_path: Path) -> None:
    one = Made({"one.md": lines("one")}, BRANCH_ONE)
    two = Made({"two.md": lines("two")}, BRANCH_TWO)
    write_history(tmp_path / "p", [coding("a"), one, two])
    assert writers(tmp_path / "p", "one.md", ["2.both"]) == [("one", BRANCH_ONE)]
    assert writers(tmp_path / "p", "a.py", ["2.both"]) == [("a", CODING)]


def test_a_share_is_what_one_commit_has_of_the_file_the_earliest_first(tmp_path: Path) -> None:
    write_history(
        tmp_path / "p", [coding("a", "b", "c", "d"), review("a", "B", "c", "d"), fix("1", "B", "c")]
    )
    with traced(tmp_path / "p", "a.py") as provenance:
        shares = provenance.shares(provenance.lines)
    assert [(s.origin.step, [line.number for line in s.lines]) for s in shares] == [
        (CODING, [3]), (REVIEW, [2]), (FIX, [1]),
    ]  # fmt: skip


def test_an_origin_tells_who_where_and_why(tmp_path: Path) -> None:
    made = Made(
        {"a.py": "a\n"}, fix(number=2).step, "Bug fixing", body="tests: FAILED", run="run-9"
    )
    _, (sha,) = write_history(tmp_path / "p", [made])
    with traced(tmp_path / "p", "a.py") as provenance:
        origin = provenance.lines[0].origin
    assert (origin.maker, origin.sha, origin.author) == ("company", sha, "Programmer")
    assert (origin.role, origin.run, origin.reason) == ("programmer", "run-9", "tests: FAILED")
    assert origin.heading == "Bug fixing, round 2"
    assert origin.at == "2023-11-14T22:13:21Z"


class TestAfterTheHandover:
    """The product is the customer's now."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        write_history(tmp_path / "p", [coding("a", "b", "c"), fix("a", "B", "c")])
        return tmp_path / "p"

    def test_their_own_commits_are_told_by_name(self, root: Path) -> None:
        (root / "a.py").write_text(lines("a", "B", "mine"))
        plain_git(root, "commit", "-qam", "My change: better")
        assert writers(root, "a.py") == [("a", CODING), ("B", FIX), ("mine", "Jane Doe")]
        with traced(root, "a.py") as provenance:
            origin = provenance.lines[2].origin
        assert (origin.maker, origin.heading, origin.run) == ("person", "My change: better", "")

    def test_what_is_not_committed_is_told_and_what_it_replaced(self, root: Path) -> None:
        (root / "a.py").write_text(lines("new", "a", "BBB", "c"))
        assert writers(root, "a.py") == [("new", ""), ("a", CODING), ("BBB", ""), ("c", CODING)]
        assert earlier(root, "a.py", 3) == [(FIX, ["B"]), (CODING, ["b"])]
        with traced(root, "a.py") as provenance:
            assert provenance.lines[0].origin.maker == "uncommitted"

    def test_nothing_is_written_into_their_repository(self, root: Path) -> None:
        (root / "a.py").write_text("mine\n")
        before = sorted(str(path) for path in root.rglob("*"))
        writers(root, "a.py")
        assert sorted(str(path) for path in root.rglob("*")) == before

    def test_windows_line_ends_are_no_change(self, root: Path) -> None:
        (root / "a.py").write_bytes(b"a\r\nB\r\nnew\r\n")
        assert writers(root, "a.py") == [("a", CODING), ("B", FIX), ("new", "")]

    def test_a_renamed_file_keeps_its_history(self, root: Path) -> None:
        plain_git(root, "mv", "a.py", "b.py")
        assert writers(root, "b.py") == [("a", CODING), ("B", FIX), ("c", CODING)]
        plain_git(root, "commit", "-qam", "Rename")
        assert writers(root, "b.py") == [("a", CODING), ("B", FIX), ("c", CODING)]
        assert earlier(root, "b.py", 2) == [(CODING, ["b"])]

    def test_fixes_undone_before_a_rename_stay_undone(self, tmp_path: Path) -> None:
        root = tmp_path / "q"
        write_history(root, [coding("a", "b"), fix("b", "a"), undo("a", "b")])
        plain_git(root, "mv", "a.py", "b.py")
        plain_git(root, "commit", "-qam", "Rename")
        assert writers(root, "b.py") == [("a", CODING), ("b", CODING)]

    def test_a_merge_of_theirs_keeps_both_sides(self, root: Path) -> None:
        plain_git(root, "switch", "-qc", "side")
        (root / "a.py").write_text(lines("side", "B", "c"))
        plain_git(root, "commit", "-qam", "Side")
        plain_git(root, "switch", "-q", "main")
        (root / "b.py").write_text("b\n")
        plain_git(root, "add", ".")
        plain_git(root, "commit", "-qm", "Main")
        plain_git(root, "merge", "-q", "--no-edit", "side")
        assert writers(root, "a.py") == [("side", "Jane Doe"), ("B", FIX), ("c", CODING)]

    def test_a_file_nobody_committed_is_not_committed(self, root: Path) -> None:
        (root / "new.py").write_text("x\n")
        assert writers(root, "new.py") == [("x", "")]

    def test_a_file_that_is_gone_is_told_as_it_was_committed(self, root: Path) -> None:
        (root / "a.py").unlink()
        assert writers(root, "a.py") == [("a", CODING), ("B", FIX), ("c", CODING)]
        with traced(root, "a.py") as provenance:
            assert provenance.file.is_missing

    def test_a_clone_without_history_says_that_lines_may_be_older(self, root: Path) -> None:
        clone = root.parent / "shallow"
        plain_git(root.parent, "clone", "-q", "--depth=1", f"file://{root}", str(clone))
        with traced(clone, "a.py") as provenance:
            assert {line.origin.is_cut_off for line in provenance.lines} == {True}
        with traced(root, "a.py") as provenance:
            assert {line.origin.is_cut_off for line in provenance.lines} == {False}

    def test_a_linked_work_tree_has_the_history_of_its_repository(self, root: Path) -> None:
        plain_git(root, "worktree", "add", "-q", "../linked")
        assert writers(root.parent / "linked", "a.py")[1] == ("B", FIX)


def test_what_the_customer_brought_is_the_customers(tmp_path: Path) -> None:
    from warehouse.product.intake.import_tree import import_tree
    from warehouse.product.product import Product

    source = tmp_path / "theirs"
    source.mkdir()
    (source / "a.py").write_text("a\n")
    import_tree(Product.create(tmp_path / "p"), source, at="2026-01-01T00:00:00Z")
    with traced(tmp_path / "p", "a.py") as provenance:
        origin = provenance.lines[0].origin
    assert (origin.maker, origin.author) == ("customer", "Customer")


def test_a_binary_file_has_no_lines_but_somebody_who_left_it_so(tmp_path: Path) -> None:
    commits = [
        Made({"a.bin": b"\0one"}, CODING),
        Made({"a.bin": b"\0two"}, FIX),
        Made({"a.bin": b"\0one"}, "3.testing/undo"),
    ]
    write_history(tmp_path / "p", commits)
    with traced(tmp_path / "p", "a.bin") as provenance:
        assert provenance.lines == []
        assert provenance.last.step == CODING


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    write_history(tmp_path / "p", [Made({"__init__.py": ""}, REVIEW)])
    with traced(tmp_path / "p", "__init__.py") as provenance:
        assert provenance.lines == []
        assert provenance.last.step == REVIEW


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("mian.py", "did you mean main.py?"),
        ("tip.py", "did you mean src/tip.py?"),
        ("src", "folder; name one of its files: src/tip.py"),
        ("nothing/like.it", "there is main.py, src/tip.py"),
        (".git/config", "git's own"),
        ("link", "a link"),
        ("pipe", "no file pipe"),
    ],
)
def test_what_is_no_file_is_said_with_what_there_is(tmp_path: Path, path: str, said: str) -> None:
    import os

    root = tmp_path / "p"
    write_history(root, [Made({"main.py": "a\n", "src/tip.py": "b\n"})])
    os.mkfifo(root / "pipe")
    if path == "link":
        (root / "link").symlink_to("main.py")
        plain_git(root, "add", "link")
        plain_git(root, "commit", "-qm", "Link")
    with pytest.raises(ProductError, match=said.replace("?", r"\?")):
        writers(root, path)


def test_odd_names_are_traced_as_others(tmp_path: Path) -> None:
    root = tmp_path / "p"
    write_history(root, [coding("a")])
    for name in ('we"ird\t\n\\:1', ":(top)x", "-x", "é\x01", "d:/x"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("old\nkept\n")
        plain_git(root, "add", "-A")
        plain_git(root, "commit", "-qm", "Odd")
        (root / name).write_text("new\nkept\n")
        assert writers(root, name) == [("new", ""), ("kept", "Jane Doe")], name
        with traced(root, name) as provenance:
            ((old,),) = [share.lines for share in provenance.earlier(provenance.lines[0])]
        assert old.text == "old"


def test_a_commit_that_git_would_not_write_is_a_persons_without_a_name(tmp_path: Path) -> None:
    root = tmp_path / "p"
    write_history(root, [coding("a")])
    tree = plain_git(root, "rev-parse", "HEAD^{tree}").strip()
    raw = root / "raw"
    raw.write_text(
        f"tree {tree}\nauthor x <y> 99999999999999999999 +0000\ncommitter x\n\nSofthouse"
    )
    sha = plain_git(root, "hash-object", "-t", "commit", "-w", "--literally", "raw").strip()
    raw.unlink()
    plain_git(root, "update-ref", "refs/heads/main", sha)
    with traced(root, "a.py") as provenance:
        assert [line.origin.maker for line in provenance.lines] == ["person"]


# Any sequence of edits, checked against a model that remembers for every line who wrote it and
# what it replaced.


@dataclass(frozen=True)
class Remembered:
    text: str
    commit: int
    replaced: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Edit:
    """Replace `old` lines at `where` (both within what there is) by `new` fresh ones."""

    where: int
    old: int
    new: int


@dataclass(frozen=True)
class TakeBack:
    """Bring the file back to what it was some commits ago."""

    ago: int


@dataclass
class Story:
    versions: list[list[Remembered]] = field(default_factory=list)

    def tell(self, edits: Sequence[Edit | TakeBack]) -> None:
        for edit in edits:
            before = self.versions[-1] if self.versions else []
            after = self._after(before, edit)
            if after != before and after:
                self.versions.append(after)

    def _after(self, before: list[Remembered], edit: Edit | TakeBack) -> list[Remembered]:
        if isinstance(edit, TakeBack):
            return self.versions[-1 - edit.ago % len(self.versions)] if self.versions else before
        number = len(self.versions)
        first = edit.where % (len(before) + 1)
        gone = before[first : first + edit.old]
        fresh = []
        for at in range(edit.new):
            replaced = gone[at : at + 1] if len(gone) == edit.new else gone
            told = frozenset({each.text for each in replaced}).union(
                *(each.replaced for each in replaced)
            )
            fresh.append(Remembered(f"line {number}.{at}", number, told))
        return [*before[:first], *fresh, *before[first + len(gone) :]]


EDITS = st.builds(Edit, st.integers(0, 30), st.integers(0, 4), st.integers(0, 4))
TAKEN_BACK = st.builds(TakeBack, st.integers(1, 5))


@settings(max_examples=40, deadline=None)
@given(
    st.builds(Edit, st.just(0), st.just(0), st.integers(1, 12)),
    st.lists(st.one_of(EDITS, EDITS, TAKEN_BACK), max_size=12),
)
def test_any_sequence_of_edits_is_traced_line_by_line(
    first: Edit, edits: list[Edit | TakeBack]
) -> None:
    story = Story()
    story.tell([first, *edits])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "p"
        commits = [coding(*(line.text for line in version)) for version in story.versions]
        _, shas = write_history(root, commits)
        with traced(root, "a.py") as provenance:
            found = [
                (
                    line.text,
                    line.origin.sha,
                    {old.text for share in provenance.earlier(line) for old in share.lines},
                )
                for line in provenance.lines
            ]
    assert found == [(line.text, shas[line.commit], line.replaced) for line in story.versions[-1]]
