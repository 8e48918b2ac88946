"""A person who plays a role that writes files may edit them in their own editor, and say that they are done."""

import re
from collections.abc import Callable
from pathlib import Path

from company.engine.resources import open_resources
from company.engine.run import Run
from company.engine.workspace.editing import FOLDER
from tests.support.houses import house
from tests.support.scripted_provider import ScriptedProvider
from tests.support.steering import FILES, chain_of
from warehouse.events import AnswerEnded, DeliverableRejected, Note
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.product.product import Product

PROGRAM = {
    "main.py": b"print(1)\n",
    "windows.py": b"one\r\ntwo\r\n",
    "old.py": b"",
    "data.bin": b"\xff\0",
}
Edit = Callable[[Path], object]


class Editor:
    """A person who edits the files that they find, once for each question, and answers."""

    def __init__(self, products: Path, *turns: tuple[Edit, str]) -> None:
        self._products = products
        self._turns = list(turns)

    async def answer(self, role: str, question: str) -> str:
        edit, answer = self._turns.pop(0)
        (folder,) = self._products.glob(f"*/{FOLDER}/*")
        edit(folder)
        return answer


async def edited(place: Path, *turns: tuple[Edit, str], **phase: object) -> Run:
    """The run in which a person made these edits of PROGRAM in place of the programmer."""
    theirs = place / "theirs"
    theirs.mkdir()
    for path, content in PROGRAM.items():
        (theirs / path).write_bytes(content)
    chain_of(place, work={"yields": FILES, **phase})
    async with ScriptedProvider([]) as provider:
        return await house(place, provider).work(
            "a clock", products=place / "products", sandbox="none", seed=1, source=theirs,
            human_roles={"programmer"}, person=Editor(place / "products", *turns),
        )  # fmt: skip


def at_work(folder: Path) -> None:
    (folder / "main.py").write_bytes(b"print(2)  # no end")
    (folder / "windows.py").write_bytes(b"1\r\ntwo\r\n")
    (folder / "new").mkdir()
    (folder / "new/empty.py").touch()
    (folder / "main.py~").write_text("left by an editor")
    (folder / ".main.py.swp").write_text("left by an editor")
    (folder / "old.py").unlink()
    (folder / "data.bin").write_bytes(b"\xfe\0")
    (folder / "link.py").symlink_to("/etc/passwd")


async def test_what_was_edited_is_delivered_as_it_lies_there(tmp_path: Path) -> None:
    run = await edited(tmp_path, (at_work, "Done.\n"))
    files = Product.open(run.folder / "product").files()
    assert files == {
        **PROGRAM,
        "main.py": b"print(2)  # no end",
        "windows.py": b"1\r\ntwo\r\n",
        "new/empty.py": b"",
    }
    assert run.product.log()[0].author == "Programmer"
    offer, left = notes(run)[:2]
    assert re.search(r"edit them in \S+ with any editor", offer)
    for each in (
        "old.py: a delivery removes no files",
        "data.bin: it is no UTF-8 text",
        "link.py: a link",
    ):
        assert each in left
    assert "swp" not in left
    assert not list(run.folder.glob(f"{FOLDER}/*"))


def notes(run: Run) -> list[str]:
    events = read_events(run.folder / FILE_NAME)
    return [event.data.text for event in events if isinstance(event.data, Note)]


async def test_it_is_recorded_and_nobody_is_asked_again(tmp_path: Path) -> None:
    run = await edited(tmp_path, (at_work, "done"))
    (answer,) = (
        e.data for e in read_events(run.folder / FILE_NAME) if isinstance(e.data, AnswerEnded)
    )
    assert sorted(answer.result.files) == ["main.py", "new/empty.py", "windows.py"]
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()
    assert rehearsal.ending is not None
    assert rehearsal.unasked == []


async def test_what_goes_back_is_edited_further_where_it_was(tmp_path: Path) -> None:
    def first(folder: Path) -> None:
        (folder / "notes.txt").write_text("mine\n")

    def second(folder: Path) -> None:
        (folder / "main.py").write_text(f"# {(folder / 'notes.txt').read_text()}")

    run = await edited(
        tmp_path, (first, "done"), (second, "done"), yields={"files": {"only": ["*.py"]}}
    )
    events = read_events(run.folder / FILE_NAME)
    assert any(isinstance(event.data, DeliverableRejected) for event in events)
    assert run.product.read("main.py") == b"# mine\n"
    assert "notes.txt" not in run.product.files()


async def test_files_in_the_answer_are_taken_as_ever(tmp_path: Path) -> None:
    answer = "### main.py\n```python\nprint(3)\n```\n"
    run = await edited(tmp_path, (lambda _: None, answer))
    assert run.product.read("main.py") == b"print(3)\n"
