"""A product that is gone on with three times, and what its customer does to it in between."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from company.company import Company
from company.engine.resources import open_resources
from company.engine.run import Run
from tests.support.houses import work, write_cards
from tests.support.scripted_company import file_block, script
from tests.support.scripted_provider import Call, ScriptedProvider
from warehouse.journal.journal import Event

FIRST = '"""Sums."""  # v1\ntotal = 42  # v1\nprint(total)  # v1\n'
TASKS = ("sums up a bill", "now add v2", "now add v3", "now add v4")


def companies(folder: Path) -> None:
    """`make` writes a program, `change` changes one."""
    write_cards(folder, "chains", make={"steps": ["coding"]}, change={"steps": ["change_coding"]})
    for name in ("make", "change"):
        write_cards(folder, "companies", **{name: {"title": name, "chain": name}})


def one_line_more(call: Call) -> str:
    """The program as the prompt shows it, with a line of the version that is asked for."""
    shown = re.search(r"### main.py\n```python\n(.*?)\n```", call.user, re.DOTALL)
    asked = re.search(r"now add (\w+)", call.user)
    assert shown and asked, call.user
    return file_block("main.py", f"{shown[1]}\nprint(total)  # {asked[1]}\n")


def provider() -> ScriptedProvider:
    """Writes the first version, and adds a line in each further one."""
    replies = {
        "Write the whole program": [file_block("main.py", FIRST)],
        "Make this change": [one_line_more],
    }
    return ScriptedProvider.from_script(script(**replies))


def git(run: Run | Path, *arguments: str) -> str:
    """As the customer says it, in the product's work tree."""
    folder = run if isinstance(run, Path) else run.folder
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    command = ["git", "-C", str(folder / "product"), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def put(run: Run | Path, path: str, line: str) -> None:
    """A line at the end of a file of the product, as the customer's editor leaves it."""
    folder = run if isinstance(run, Path) else run.folder
    file = folder / "product" / path
    file.write_text((file.read_text() if file.exists() else "") + line + "\n")


async def first_version(folder: Path, serving: ScriptedProvider) -> Run:
    companies(folder / "cards")
    return await work(folder, serving, "make", task=TASKS[0])


async def go_on(
    folder: Path,
    serving: ScriptedProvider,
    task: str,
    *,
    on_event: Callable[[Event], None] | None = None,
) -> Run:
    """One version more of the run in a folder, worked to its end."""
    house = Company.load(
        "change",
        model=f"url:{serving.url}#scripted",
        overlay=folder.parents[1] / "cards",
    )
    return await house.go_on(folder, task, seed=1, on_event=on_event)


async def resume(folder: Path) -> Run:
    """The run in a folder, taken up again and worked to its end."""
    async with open_resources("none") as resources:
        run = Run.reopen(folder, resources)
        await run.work()
    return run


async def four_versions(folder: Path, serving: ScriptedProvider) -> Run:
    """Three times gone on with; each time the customer has committed and edited in between."""
    run = await first_version(folder, serving)
    for number, task in enumerate(TASKS[1:], 2):
        put(run, "main.py", f"print(total)  # ada{number}")
        put(run, f"notes{number}.md", f"ada{number}")
        git(run, "add", "--all")
        git(run, "commit", "-q", "-m", f"Ada's own, before version {number}")
        put(run, "main.py", f"print(total)  # kept{number}")
        run = await go_on(run.folder, serving, task)
    return run
