from collections.abc import Callable
from cProfile import Profile
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from company.deliverables.edited_text import EditedText
from company.deliverables.edits import Edit, EditFailed
from company.deliverables.indexed_lines import IndexedLines
from company.deliverables.kind import Unreadable
from company.deliverables.markdown_files import read_files
from phases.yields import FilesYield

GAME = dedent(
    """\
    class Game:
        def start(self):
            self.score = 0
            print("go")

        def stop(self):
            print("stop")
    """
)


def edit(search: str, replace: str) -> str:
    parts = ["<<<<<<< SEARCH", search, "=======", replace, ">>>>>>> REPLACE"]
    return "\n".join(part for part in parts if part) + "\n"


def edited(text: str, edit: Edit) -> str:
    found = EditedText(text)
    found.make(edit)
    return found.text()


def changed(reply: str, current: dict[str, str] | None = None) -> dict[str, str]:
    return read_files(reply, current or {"game.py": GAME}, FilesYield()).changes


def complaint(reply: str, current: dict[str, str] | None = None, edits: bool = True) -> str:
    with pytest.raises(Unreadable) as unreadable:
        read_files(reply, current or {"game.py": GAME}, FilesYield(edits=edits))
    return unreadable.value.complaint


GO = edit('        print("go")', '        print("ready")\n        print("go")')
STOP = edit('        print("stop")', '        print("end")')
READY = GAME.replace('        print("go")\n', '        print("ready")\n        print("go")\n')
BOTH = READY.replace('"stop"', '"end"')


@pytest.mark.parametrize(
    "reply",
    [
        f"game.py\n```python\n{GO}{STOP}```\n",
        f"### game.py\n\n```\n{GO}\n{STOP}```\n",
        f"```python game.py\n{GO}{STOP}```\n",
        f"```python\n# game.py\n{GO}{STOP}```\n",
        f"```python\ngame.py\n{GO}{STOP}```\n",
        f"game.py\n{GO}{STOP}",
        f"game.py\n{GO}\nand then\n\n{STOP}",
        f"game.py\n```python\n{GO}```\ngame.py\n```python\n{STOP}```\n",
        f"I change two lines.\n```diff\n{GO}{STOP}```\n",
        f"game.py\r\n```python\r\n{GO}{STOP}```\r\n".replace("\n", "\r\n"),
    ],
)
def test_edits_are_found_however_they_are_wrapped(reply: str) -> None:
    assert changed(reply) == {"game.py": BOTH}


def test_one_block_may_edit_several_files() -> None:
    current = {"a.py": "x = 1\n", "b.py": "y = 1\n"}
    reply = f"```\na.py\n{edit('x = 1', 'x = 2')}\nb.py\n{edit('y = 1', 'y = 2')}```\n"

    assert changed(reply, current) == {"a.py": "x = 2\n", "b.py": "y = 2\n"}


def test_edits_and_whole_files_may_stand_in_one_reply() -> None:
    reply = f"game.py\n```python\n{GO}```\nnew.py\n```python\nprint(1)\n```\n"

    assert changed(reply) == {"game.py": READY, "new.py": "print(1)\n"}


def test_an_edit_with_an_empty_search_makes_a_new_file() -> None:
    assert changed(f"new.py\n{edit('', 'print(1)')}") == {"new.py": "print(1)\n"}


def test_an_edit_with_an_empty_search_does_not_overwrite_a_file() -> None:
    assert "quote lines from it" in complaint(f"game.py\n{edit('', 'x')}")


def test_an_edit_with_an_empty_replacement_deletes_the_lines() -> None:
    reply = f"game.py\n{edit('        self.score = 0', '')}"

    assert changed(reply) == {"game.py": GAME.replace("        self.score = 0\n", "")}


def test_trailing_spaces_do_not_matter() -> None:
    assert edited("a = 1  \nb = 2\n", Edit(("a = 1", "b = 2   "), ("c = 3",))) == "c = 3\n"


def test_blank_lines_around_the_search_do_not_matter() -> None:
    assert edited("a\nb\n", Edit(("", "a", ""), ("", "c", ""))) == "c\nb\n"


@pytest.mark.parametrize(("search_indent", "replace_indent"), [("", ""), ("    ", "    ")])
def test_lines_quoted_with_another_indentation_are_replaced_at_the_files(
    search_indent: str, replace_indent: str
) -> None:
    search = (f"{search_indent}def stop(self):", f'{search_indent}    print("stop")')
    replace = (f"{replace_indent}def stop(self):", f'{replace_indent}    print("end")')
    text = GAME if search_indent == "" else dedent(GAME.split("\n", 1)[1])

    assert '"end"' in (new := edited(text, Edit(search, replace)))
    assert new == text.replace('"stop"', '"end"')


def test_lines_moved_unevenly_are_not_a_match() -> None:
    with pytest.raises(EditFailed, match="not in the file"):
        edited("  if a:\n    b\n", Edit(("if a:", "        b"), ("x",)))


def test_a_search_that_occurs_twice_is_ambiguous() -> None:
    with pytest.raises(EditFailed, match="occur 2 times, at lines 1, 3"):
        edited("x = 1\ny\nx = 1\n", Edit(("x = 1",), ("x = 2",)))


def test_an_exact_match_is_preferred_to_a_tolerant_one() -> None:
    assert edited("  x\nx\n", Edit(("x",), ("y",))) == "  x\ny\n"


def test_part_of_one_line_may_be_replaced() -> None:
    assert edited("a = f(1, 2)\n", Edit(("f(1, 2)",), ("f(3)",))) == "a = f(3)\n"


def test_lines_that_are_not_there_are_answered_with_the_nearest_ones() -> None:
    said = complaint("game.py\n" + edit('        print("stopp")', "x"))

    assert 'The SEARCH lines are not in the file:\n|         print("stopp")' in said
    assert 'The nearest lines of the file are:\n|         print("stop")' in said
    assert "Nothing was changed" in said


def test_one_edit_that_fails_changes_nothing_at_all() -> None:
    said = complaint(f"game.py\n{GO}{edit('nowhere', 'x')}")

    assert said.startswith("game.py: The SEARCH lines are not in the file")


@pytest.mark.parametrize(
    "reply",
    [
        "game.py\n```python\n<<<<<<< SEARCH\nx\n=======\ny\n```\n",
        "game.py\n```python\n<<<<<<< SEARCH\nx\n>>>>>>> REPLACE\n```\n",
        "game.py\n<<<<<<< SEARCH\nx\n=======\ny",
        f"game.py\n<<<<<<< SEARCH\nx\n{GO}",
    ],
)
def test_an_edit_without_its_end_is_incomplete(reply: str) -> None:
    assert "An edit is incomplete" in complaint(reply)


def test_an_edit_of_a_file_that_does_not_exist_lists_those_that_do() -> None:
    said = complaint(f"gane.py\n{GO}")

    assert said.startswith("gane.py: There is no such file. The files are game.py.")


def test_an_edit_without_a_file_name_is_made_where_only_it_fits() -> None:
    assert changed(GO, {"a.py": "x\n", "game.py": GAME}) == {"game.py": READY}
    assert "needs the path of its file" in complaint(GO, {"a.py": GAME, "game.py": GAME})


def test_where_edits_are_not_wanted_the_whole_file_is_asked_for() -> None:
    assert "Edits cannot be used here" in complaint(f"game.py\n{GO}", edits=False)


def test_a_later_edit_sees_what_an_earlier_one_made() -> None:
    reply = f"a.py\n{edit('x = 1', 'x = 2')}{edit('x = 2', 'x = 3')}"

    assert changed(reply, {"a.py": "x = 1\n"}) == {"a.py": "x = 3\n"}


def test_a_flood_of_edits_that_fail_is_answered_briefly() -> None:
    flood = f"game.py\n{edit('nowhere', 'x')}" * 2_000

    said = complaint(flood)

    assert len(said) < 5_000
    assert "and 1974 more: an edit after others that failed" in said


def test_blank_lines_that_are_searched_go_with_the_others() -> None:
    edit_ = Edit(("b", "", ""), ())

    assert edited("a\n\n\nb\n\n\nc\n", edit_) == "a\n\n\nc\n"


LINES = 250


def listing(lines: int) -> dict[str, str]:
    return {"main.py": "".join(f"value_{n:04} = compute({n}, 'it')\n" for n in range(lines))}


def of_parts(lines: int) -> tuple[str, dict[str, str]]:
    parts = [edit(f"value_{n:04} = comp", f"value_{n:04} = redo_comp") for n in range(lines)]
    return "### main.py\n```python\n" + "".join(parts) + "```\n", listing(lines)


def of_parts_of_two(lines: int) -> tuple[str, dict[str, str]]:
    first = [n for n in range(lines - 1) if n % 2 == 0]
    parts = [edit(f"({n}, 'it')\nvalue_{n + 1:04}", f"({n})\nold_{n + 1:04}") for n in first]
    return "### main.py\n```python\n" + "".join(parts) + "```\n", listing(lines)


def of_files_without_names(lines: int) -> tuple[str, dict[str, str]]:
    current = {f"m{n}.py": f"value_{n:04} = {n}\n\nprint('it')\n" for n in range(lines)}
    return "".join(edit(f"value_{n:04} =", f"old_{n:04} =") for n in range(lines)), current


def of_lines_that_are_alike(lines: int) -> tuple[str, dict[str, str]]:
    hunks = "".join(f"@@ -{n},1 +{n},1 @@\n-x = 1\n+x = {n}\n" for n in range(1, lines + 1))
    return f"```diff\n--- a/main.py\n+++ b/main.py\n{hunks}```\n", {"main.py": "x = 1\n" * lines}


@pytest.mark.parametrize(
    "made", [of_parts, of_parts_of_two, of_files_without_names, of_lines_that_are_alike]
)
def test_many_edits_cost_as_much_each_as_a_few(
    made: Callable[[int], tuple[str, dict[str, str]]],
) -> None:
    steps = []
    for lines in (LINES, 4 * LINES):
        with Profile() as profile:
            changed(*made(lines))
        steps.append(sum(each.callcount for each in profile.getstats()))
    few, many = steps
    assert many < 5 * few


@settings(max_examples=200, derandomize=True)
@given(st.lists(st.text("ab _(", max_size=6), min_size=1, max_size=9), st.data())
def test_a_part_is_found_where_the_text_holds_it_whatever_was_replaced(
    says: list[str], data: st.DataObject
) -> None:
    lines = IndexedLines(says)
    for new in data.draw(st.lists(st.text("ab _(", max_size=6), max_size=3)):
        lines.places_inside(["a"])  # from here on they are known by their words
        lines.replace(lines.at(data.draw(st.integers(1, len(list(lines))))), 1, [new, "b a"])
    text = "\n".join(lines)
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    for wanted in (text[first:last], data.draw(st.text("ab _(\n", min_size=1, max_size=4))):
        if wanted:
            found = lines.places_inside(wanted.split("\n"))
            assert bool(found) == (wanted in text)
            assert len(found) != 1 or text.count(wanted) == 1
            assert all("\n".join(lines.some(line, 99)).find(wanted) >= 0 for line in found)
