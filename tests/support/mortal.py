"""Processes that work on a run and die, by SIGKILL, exactly where they are told to.

A `Nursery` is a process that has imported everything and forks a child for each order, so that a
hundred deaths take a minute. The product code is untouched: a child patches the calls it is to die
at before it begins.
"""

import asyncio
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn, Self

from tests.support.command_line import ROOT
from tests.support.left_behind import descendants, stand_apart
from tests.support.waiting import all_ended

How = Literal["after", "within", "record", "commit", "git", "results"]
KILLED = -signal.SIGKILL
_EVENT, _WORDS = b'{"seq":', b'"kind":"words"'
LONGEST_HEAD = 200
"""Bytes of a line in which its kind stands."""


@dataclass(frozen=True)
class Death:
    """How to die at the `number`-th occasion, counted from 1.

    `after` a write to the journal, `within` one (half of the line is written), after one of a `record`
    (of anything but words that are still streamed, of which there are more on a busy machine), once a `commit` is
    made and before that is recorded, while `git`'s objects of a commit are written, or as soon as
    the `results` of a batch are written.
    """

    how: How
    number: int
    pause: float = 0
    """Seconds for which it still works on, after a write or with the results."""


class Nursery:
    """The process that the mortal ones are forked from, and that finds out what outlives them."""

    def warm_up(self, folder: Path, company: str, model: str) -> None:
        """Let the nursery itself work once: it has imported everything then, and so have they."""
        order = {"folder": str(folder), "company": company, "model": model, "sandbox": "none"}
        assert self._order(do="warm up", **order) == 0

    def learn(self, *modules: str) -> None:
        """Import these, so that no child has to."""
        assert self._order(do="learn", modules=modules) == 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.mortal"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def work(
        self,
        folder: Path,
        company: str,
        model: str,
        death: Death | None = None,
        source: Path | None = None,
        sandbox: str = "none",
    ) -> int:
        """Work on a task below `folder`, whose own cards come first. Returns the exit code."""
        return self._order(
            do="work",
            folder=str(folder),
            company=company,
            model=model,
            death=death and asdict(death),
            source=source and str(source),
            sandbox=sandbox,
        )

    def resume(self, run: Path, death: Death | None = None, sandbox: str = "none") -> int:
        """Go on with a run. Returns the exit code, negative for a signal."""
        return self._order(
            do="resume", run=str(run), death=death and asdict(death), sandbox=sandbox
        )

    def command(self, *arguments: str, cwd: Path, death: Death | None = None) -> int:
        """Run a command of softhouse, which puts what it says into `said.txt` of its folder.

        Returns the exit code, negative for a signal.
        """
        return self._order(
            do="command", arguments=arguments, cwd=str(cwd), death=death and asdict(death)
        )

    def _order(self, **order: Any) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def _nurse() -> None:
    """Fork a child for every line of standard input, and tell how it ended."""
    stand_apart()
    for line in sys.stdin:
        order = json.loads(line)
        code = 0
        match order["do"]:
            case "warm up":
                asyncio.run(_work(order))
            case "learn":
                for name in order["modules"]:
                    importlib.import_module(name)
            case _:
                code = _bear(order)
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


def _bear(order: dict[str, Any]) -> int:
    """Fork a child, wait for its death, and see that nothing of it goes on."""
    own = descendants(os.getpid())
    child = os.fork()
    if child == 0:
        _live(order)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    orphans = descendants(os.getpid()) - own
    assert all_ended(orphans), f"processes outlived {order}"
    for orphan in orphans:
        with suppress(ChildProcessError):
            os.waitpid(orphan, os.WNOHANG)
    return code


def _live(order: dict[str, Any]) -> NoReturn:
    code = 1
    try:
        if order["death"]:
            _doom(Death(**order["death"]))
        match order["do"]:
            case "command":
                code = _command(order)
            case "work":
                asyncio.run(_work(order))
                code = 0
            case "resume":
                asyncio.run(_resume(order))
                code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


async def _work(order: dict[str, Any]) -> None:
    from company.company import Company
    from tests.support.scripted_company import TASK

    folder, source = Path(order["folder"]), order.get("source")
    house = Company.load(order["company"], model=order["model"], overlay=folder / "cards")
    await house.work(
        TASK,
        products=folder / "products",
        sandbox=order["sandbox"],
        seed=1,
        source=Path(source) if source else None,
    )


async def _resume(order: dict[str, Any]) -> None:
    from company.engine.resources import open_resources
    from company.engine.run import Run

    async with open_resources(order["sandbox"]) as resources:
        await Run.reopen(Path(order["run"]), resources).work()


def _command(order: dict[str, Any]) -> int:
    from tests.support.command_line import in_process

    os.chdir(order["cwd"])
    said = os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for stream, to in enumerate((nothing, said, said)):
        os.dup2(to, stream)
    try:
        return in_process(*order["arguments"])
    finally:
        sys.stdout.flush()


def _doom(death: Death) -> None:
    match death.how:
        case "after" | "within" | "record":
            _die_at_a_write(death)
        case "commit":
            _die_after_a_commit(death.number)
        case "git":
            _die_at_an_object(death.number)
        case "results":
            _die_with_results(death.pause)


def _die_at_a_write(death: Death) -> None:
    write, count = os.write, 0

    def mortal(descriptor: int, data: bytes) -> int:
        nonlocal count
        is_event = bytes(data[: len(_EVENT)]) == _EVENT
        if death.how == "record":
            is_event = is_event and _WORDS not in bytes(data[:LONGEST_HEAD])
        count += is_event
        if count < death.number or not is_event:
            return write(descriptor, data)
        written = write(descriptor, data if death.how != "within" else data[: len(data) // 2])
        if not death.pause:
            _die()
        if count == death.number:
            threading.Timer(death.pause, _die).start()
        return written

    os.write = mortal  # type: ignore[assignment]


def _die_after_a_commit(number: int) -> None:
    from warehouse.product.product import Product

    commit, count = Product.commit, 0

    def mortal(*arguments: Any, **named: Any) -> Any:
        nonlocal count
        made = commit(*arguments, **named)
        count += 1
        return made if count < number else _die()

    Product.commit = mortal  # type: ignore[method-assign]


def _die_at_an_object(number: int) -> None:
    """Half of it is written, and locks and drafts are left."""
    fsync, count = os.fsync, 0

    def mortal(descriptor: int) -> None:
        nonlocal count
        draft = Path(f"/proc/self/fd/{descriptor}").readlink()
        is_object = draft.name.startswith("tmp_obj_")
        count += is_object
        # Another thread may be at the journal while this one dies: that is not to be halved.
        if not is_object or count < number:
            return fsync(descriptor)
        os.truncate(descriptor, draft.stat().st_size // 2)
        git_dir = draft.parents[2]
        for name in ("index.lock", "refs/heads/main.lock", "objects/pack/tmp_pack_half"):
            (git_dir / name).touch()
        _die()

    os.fsync = mortal


def _die_with_results(pause: float) -> None:
    from company.cli.batch import making

    write = making._write

    def mortal(*arguments: Any, **named: Any) -> None:
        threading.Timer(pause, _die).start()
        write(*arguments, **named)

    making._write = mortal


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("not reached")


if __name__ == "__main__":
    _nurse()
