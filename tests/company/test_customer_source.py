"""What of a customer's folder leaves the machine, and what the customer is told of the rest."""

from pathlib import Path

from tests.support.houses import one_phase_company, only_journal, prompts, work
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import Note

SECRET = "sk-0123456789abcdef"


async def test_a_secret_in_the_folder_reaches_neither_prompt_journal_nor_product(
    tmp_path: Path,
) -> None:
    source = tmp_path / "shop"
    source.mkdir()
    (source / "main.py").write_text("print('open')\n")
    (source / ".gitignore").write_text("*.local\n")
    (source / ".env").write_text(f"KEY={SECRET}\n")
    (source / "settings.local").write_text(f"token = {SECRET}\n")
    talk = {"instructor": "cto", "assistant": "programmer"}
    prompt = "{{ task }}\n{{ files }}"
    sees, yields = ["task", "files"], {"report": None}
    one_phase_company(tmp_path / "cards", talk=talk, sees=sees, yields=yields, prompt=prompt)

    async with ScriptedProvider(["It greets."]) as provider:
        run = await work(tmp_path, provider, source=source)
        (asked,) = prompts(provider)

    assert "print('open')" in asked[-1] and SECRET not in "".join(asked)
    assert set(run.product.files()) == {"main.py", ".gitignore"}
    assert SECRET not in (run.folder / "journal.jsonl").read_text()


async def test_the_customer_is_told_what_was_left_out_and_why(tmp_path: Path) -> None:
    source = tmp_path / "shop"
    source.mkdir()
    (source / "main.py").write_text("print('open')\n")
    (source / ".env").write_text("KEY=x\n")
    for number in range(13):
        (source / f"{number:02}.pem").write_text("x")
    one_phase_company(
        tmp_path / "cards",
        talk={"instructor": "cto", "assistant": "programmer"},
        sees=["task"],
        yields={"report": None},
    )

    async with ScriptedProvider(["It greets."]) as provider:
        await work(tmp_path, provider, source=source)

    told = [event.data.text for event in only_journal(tmp_path) if isinstance(event.data, Note)]
    assert told[0].startswith("Left out of shop: .env: by its name it holds secrets; 00.pem:")
    assert told[0].endswith("; and 2 more.")


async def test_the_customer_is_told_which_of_their_texts_nobody_here_can_read(
    tmp_path: Path,
) -> None:
    source = tmp_path / "shop"
    source.mkdir()
    (source / "main.py").write_bytes("# coding: gbk\nprint('你好')\n".encode("gbk"))
    (source / "names.txt").write_bytes("Zoë\n".encode("latin-1"))
    (source / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (source / "README.md").write_text("Zoë\n", encoding="utf-8")
    one_phase_company(
        tmp_path / "cards",
        talk={"instructor": "cto", "assistant": "programmer"},
        sees=["task"],
        yields={"report": None},
    )

    async with ScriptedProvider(["It greets."]) as provider:
        await work(tmp_path, provider, source=source)

    told = [event.data.text for event in only_journal(tmp_path) if isinstance(event.data, Note)]
    assert told[0] == (
        "No role can read or change what is no text in UTF-8: main.py; names.txt."
        " Save it in UTF-8 for them to."
    )
