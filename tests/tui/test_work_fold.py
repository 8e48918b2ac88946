"""What a window knows of the product from the journal alone."""

from pathlib import Path

from tests.support.journals import committed, events, phase, started
from tests.support.panes import state_of
from tests.support.products import made_run
from tui.run_state.work import Work
from warehouse.events.conversion import as_json
from warehouse.journal.journal import Event


def _work(*steps: object) -> Work:
    return state_of(events([started(), *steps])).work  # type: ignore[list-item]


def _commit(number: int, *files: tuple[str, str, int, int]) -> list[object]:
    sha = f"{number:040}"
    steps = []
    for kind, where, data in committed(f"{number}.coding/commit", *files):
        if kind == "effect.ended":
            data = {**data, "result": {**data["result"], "sha": sha}}
        steps.append((kind, where, data))
    return steps


def test_files_and_their_lines_follow_the_commits() -> None:
    work = _work(
        *_commit(1, ("main.py", "added", 30, 0), ("old.py", "added", 5, 0)),
        *_commit(2, ("main.py", "changed", 4, 10), ("old.py", "deleted", 0, 5)),
    )
    assert (work.files["main.py"].lines, work.files["main.py"].sha) == (24, f"{2:040}")
    assert work.files["old.py"].deleted
    assert work.head == f"{2:040}"
    assert work.before(work.head) == f"{1:040}"


def test_marks_tell_what_changed_in_the_last_commit_the_last_phase_and_at_all() -> None:
    work = _work(
        phase("1.coding", "Coding"),
        *_commit(1, ("a", "added", 1, 0), ("b", "added", 1, 0)),
        phase("2.review", "Review"),
        *_commit(2, ("a", "changed", 1, 1)),
        *_commit(3, ("b", "deleted", 0, 1)),
    )
    assert work.marks("commit") == {"b": "deleted"}
    assert work.marks("phase") == {"a": "changed", "b": "deleted"}
    assert work.marks("start") == {"a": "added"}  # b came and went


def test_a_phase_that_has_committed_nothing_yet_leaves_the_marks_of_the_one_before() -> None:
    work = _work(
        phase("1.coding", "Coding"),
        *_commit(1, ("a", "added", 1, 0)),
        phase("2.review", "Review"),
    )
    assert work.marks("phase") == {"a": "added"}


def test_the_customers_own_files_were_there_from_the_start() -> None:
    place = {"effect": "commit", "ordinal": 0}
    brought = [{"path": "a", "status": "added", "added": 3, "removed": 0}]
    work = _work(
        ("effect.started", "import", {**place, "request": {"source": "/home/her/tool"}}),
        ("effect.ended", "import", {**place, "result": {"sha": "c" * 40, "files": brought}}),
        *_commit(1, ("a", "changed", 1, 1), ("b", "added", 1, 0)),
    )
    assert work.marks("start") == {"a": "changed", "b": "added"}


def test_a_fix_that_was_undone_leaves_the_lines_as_they_were() -> None:
    work = _work(
        *_commit(1, ("a", "added", 10, 0)),
        *_commit(2, ("a", "changed", 7, 2)),
        *_commit(3, ("a", "changed", 2, 7)),
    )
    assert work.files["a"].lines == 10


def test_tags_name_the_commits_that_ended_steps() -> None:
    place = {"effect": "tag", "ordinal": 0}
    work = _work(
        *_commit(1, ("a", "added", 1, 0)),
        ("effect.started", "1.coding", {**place, "request": {"tag": "1.coding"}}),
        ("effect.ended", "1.coding", {**place, "result": {"sha": f"{1:040}"}}),
    )
    assert work.tags == {f"{1:040}": ["1.coding"]}


def test_a_commit_is_found_by_the_beginning_of_its_id() -> None:
    work = _work(*_commit(1, ("a", "added", 1, 0)), *_commit(2, ("a", "changed", 1, 0)))
    found = work.commit(f"{2:040}")
    assert found is not None and found.sha == f"{2:040}"
    assert work.commit("f") is None
    assert work.commit("") is None


def test_nonsense_in_a_journal_is_no_reason_to_stop() -> None:
    odd = [
        ("effect.ended", "x", {"effect": "tag", "result": [1]}),
        ("effect.ended", "x", {"effect": "commit", "result": {"sha": 5, "files": [{}, 3, None]}}),
        ("effect.started", "x", {"effect": "tag", "ordinal": [], "request": "no"}),
        ("execution", "x", {"checks": "none", "verified": 3}),
    ]
    work = _work(*odd)
    assert list(work.files) == []
    assert work.executions == []


def test_going_back_forgets_what_was_not_made_yet(tmp_path: Path) -> None:
    run = made_run(tmp_path, {"a.py": b"1\n"}, {"b.py": b"2\n"})
    known: list[Event] = state_of(run).events
    first = next(n for n, e in enumerate(known) if as_json(e.data).get("result", {}).get("sha"))
    assert list(state_of(run, first + 1).work.files) == ["a.py"]
    assert list(state_of(run).work.files) == ["a.py", "b.py"]
