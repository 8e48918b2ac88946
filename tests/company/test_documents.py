"""Documents that the customer gives: read into text before a run begins, and read by roles with tools."""

import io
import zipfile
from pathlib import Path

import pytest

from company.documents import document, extract
from company.documents.document import MOST_CHARACTERS, read_document
from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import ConfigurationError
from tests.support.documents import LAUGHS, pdf, table
from tests.support.hands import DONE, PROGRAM, call, company_with_hands
from tests.support.houses import house, only_journal, prompts, work
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import Note, RunStarted

SALES = [["month", "sum"], ["May", 12], ["June", 0.5]]


def given(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


async def text_of(folder: Path, name: str, content: bytes) -> str:
    return (await read_document(given(folder, name, content))).text


async def complaint_of(folder: Path, name: str, content: bytes) -> str:
    with pytest.raises(ConfigurationError) as refused:
        await read_document(given(folder, name, content))
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.csv", b"\xef\xbb\xbfa,b\r\n1,2\r\n", "a,b\r\n1,2\r\n"),
        ("a.txt", "größer".encode("cp1252"), "größer"),
        ("a.txt", "größer".encode("utf-16"), "größer"),
        ("a.xlsx", table(SALES), "--- sheet 1 of 1: Sales ---\nmonth,sum\nMay,12\nJune,0.5\n"),
        ("a.PDF", pdf(["Hello", "World"]), "--- page 1 ---\nHello\n--- page 2 ---\nWorld\n"),
    ],
)
async def test_texts_tables_and_pdfs_become_plain_text(
    tmp_path: Path, name: str, content: bytes, text: str
) -> None:
    assert await text_of(tmp_path, name, content) == text


def zip_bomb() -> bytes:
    """An XLSX whose sheet unpacks to 400 MB."""
    packed = io.BytesIO(table([]))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as file, file.open("x", "w") as big:
        for _ in range(400):
            big.write(bytes(1024**2))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", pdf(["secret"], password="pass"), "it is encrypted, and opens with a password only"),
        ("a.pdf", pdf([""]), "it holds no text, only pictures"),
        ("a.pdf", b"%PDF-1.7\nnothing", "it is broken, or no PDF"),
        ("a.xlsx", b"PK\3\4nothing", "it is broken, or no XLSX"),
        ("a.xlsx", table([["&i;"]], LAUGHS), "it is broken, or no XLSX"),
        ("a.xlsx", zip_bomb(), "unpacked it has 419,"),
        ("a.doc", b"\xd0\xcf\x11\xe0\0\0", "it is no picture, text, table"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_said_in_a_word(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    assert f"'{name}' cannot be read: {why}" in await complaint_of(tmp_path, name, content)


async def test_a_document_that_takes_all_memory_is_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader dies, and nobody else."""
    monkeypatch.setattr(
        document.child_process, "python_module", lambda *_: ["sh", "-c", "kill -9 $$"]
    )
    complaint = await complaint_of(tmp_path, "a.pdf", pdf(["x"]))
    assert "reading it takes too much time or memory" in complaint


async def test_what_is_too_long_is_cut_and_that_is_said(tmp_path: Path) -> None:
    read = await read_document(given(tmp_path, "a.csv", b"1234567\n" * 200_000))
    assert read.cut == "the first 1,000,000 of 1,600,000 characters are here"
    assert read.text.endswith(f"\n[cut: {read.cut}]\n")
    assert len(read.text) < MOST_CHARACTERS + 100
    pages = extract._pages(pdf(["a page"] * 3))
    cut = extract._read(pages, 30)
    assert cut == {
        "text": "--- page 1 ---\na page\n--- page",
        "cut": "the first 2 of 3 pages are here",
    }


async def test_roles_with_tools_list_read_search_and_use_them_and_change_none(
    tmp_path: Path,
) -> None:
    company_with_hands(tmp_path / "cards")
    replies = [
        PROGRAM + call("list"),
        call("read", path="attached/sales.xlsx.txt"),
        call("search", pattern="June"),
        call("edit", path="attached/rates.csv", search="a,b", replace="b,a"),
        call("run", command="wc -l attached/rates.csv; echo 1 >> attached/rates.csv; ls"),
        DONE,
    ]
    attached = [
        given(tmp_path, "rates.csv", b"a,b\n"),
        given(tmp_path, "sales.xlsx", table(SALES)),
    ]
    async with ScriptedProvider(replies) as provider:
        run = await work(tmp_path, provider, sandbox="bubblewrap", attached=attached)
    asked, *answers = [each[-1] for each in prompts(provider)]

    assert "read and search: attached/rates.csv, attached/sales.xlsx.txt" in asked
    assert "attached/rates.csv (1 lines)\nattached/sales.xlsx.txt (4 lines)" in answers[0]
    assert answers[1].endswith("3: May,12\n4: June,0.5")
    assert "attached/sales.xlsx.txt\n4: June,0.5" in answers[2]
    assert answers[3] == "Nothing was changed: attached/rates.csv is what the customer gave."
    assert "1 attached/rates.csv" in answers[4]
    assert list(run.product.files()) == ["main.py"]

    async with open_resources("none") as resources:
        assert (await Run.recorded(run.folder, resources).rehearse()).unasked == []
        forked = await Fork.plan(run.folder, "make", {"seed": "2"}).begin(
            resources, run.folder.parent
        )
    assert (forked.folder / "attachments" / "rates.csv").read_text() == "a,b\n"


async def test_that_something_was_cut_is_in_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "MOST_CHARACTERS", 100)
    company_with_hands(tmp_path / "cards")
    long = given(tmp_path, "a.csv", b"1234567\n" * 20)
    async with ScriptedProvider([PROGRAM]) as provider:
        await work(tmp_path, provider, attached=[long])
    begun, note = (event.data for event in only_journal(tmp_path)[:2])
    assert isinstance(begun, RunStarted)
    assert begun.task.documents == ("a.csv",)
    assert note == Note("a.csv: the first 100 of 160 characters are here.")


async def test_a_company_that_cannot_read_them_does_not_begin(tmp_path: Path) -> None:
    notes = given(tmp_path, "notes.txt", b"x")
    async with ScriptedProvider([]) as provider:
        with pytest.raises(ConfigurationError, match=r"No role of pair can read.*'notes\.txt'"):
            await house(tmp_path, provider, "pair").spec("a clock", attached=[notes])
        with pytest.raises(ConfigurationError, match=r"Two attachments are called 'notes\.txt'"):
            await house(tmp_path, provider, "agent").spec("a clock", attached=[notes, notes])


@pytest.mark.usefixtures("eyes")
async def test_pictures_may_be_attached_like_documents(tmp_path: Path) -> None:
    picture = given(tmp_path, "a.png", b"\x89PNG")
    async with ScriptedProvider([]) as provider:
        spec = await house(tmp_path, provider, "pair").spec("a clock", attached=[picture])
    assert (spec.task.images, spec.task.documents) == (("a.png",), ())
