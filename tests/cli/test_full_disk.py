"""A disk that is full: the run stops with a paragraph, and goes on where it was once there is room."""

import asyncio
import os
import random
import resource
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, Outcome, Softhouse, model_at, provider
from tests.support.scripted_company import A_REVIEW_THAT_HELPS, TASK, file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.errors import SandboxError
from warehouse.history.summary import SummaryFold
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.product.product import Product
from warehouse.sandbox.bubblewrap.backend import BubblewrapBackend, find_bwrap

OPTIONS = ["--sandbox", "none", "--seed", "1", "--plain"]
DISK = 4 << 20
"""Bytes of the small disk; a ballast leaves as much of it free as a test wants."""
SESSION = """\
cd {folder}
softhouse() {{ {python} -m softhouse "$@"; }}
head -c {ballast} /dev/zero > products/ballast
softhouse run {task} --company solo --model {model} {options} 2> said
echo $? > code
softhouse runs > listed
rm products/ballast
softhouse resume last --plain > resumed 2>&1
echo $? > resumed-code
cp -r products/*/product delivered
"""


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider(**A_REVIEW_THAT_HELPS) as server:
        yield server


def large_program() -> str:
    """A reply with a file of 100 kB that cannot be packed."""
    noise = random.Random(1)
    lines = (f"# {noise.randbytes(30).hex()}\n" for _ in range(1_600))
    return file_block("main.py", "print('large')\n" + "".join(lines))


def run(folder: Path, *arguments: str, largest_file: int) -> Outcome:
    """Run a command that can write no file larger than that, as `ulimit -f` would have it.

    Python ignores the signal for it: a write ends early or fails, as on a disk that is full.
    """

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))

    done = subprocess.run(
        [sys.executable, "-m", "softhouse", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        preexec_fn=bound,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_journal_that_cannot_grow_stops_the_run_until_it_can(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    order = [TASK, "--company", "default", "--model", model_at(serving), *OPTIONS]
    assert softhouse("run", *order).code == 0
    (whole,) = (tmp_path / "products").iterdir()
    files = Product.open(whole / "product").files()
    size, calls = (whole / FILE_NAME).stat().st_size, len(serving.calls)
    for share in (0.4, 0.7, 0.95):
        folder = tmp_path / str(share)
        folder.mkdir()
        serving.calls.clear()
        said = run(folder, "run", *order, largest_file=int(size * share)).fails_with(74)
        assert "journal.jsonl cannot be written: " in said
        assert "Free some space" in said
        listed = softhouse("runs", "--products", str(folder / "products"))
        assert (listed.code, "broken" in listed.out) == (0, False)
        resumed = softhouse("resume", "last", "--products", str(folder / "products"), "--plain")
        assert resumed.code == 0, resumed.err
        (stopped,) = (folder / "products").iterdir()
        assert Product.open(stopped / "product").files() == files
        assert len(serving.calls) <= calls + 1, "at most the answer that found no room"


@pytest.mark.parametrize(
    ("rooms", "what"),
    [
        ([100], "journal.jsonl"),
        ([150, 255], "/product/.git/objects/"),
        ([260, 345], "The product's files"),
    ],
)
def test_wherever_the_disk_is_full_there_is_a_way_on(
    tmp_path: Path, rooms: list[int], what: str
) -> None:
    """A small disk within a mount namespace, on which journal, git and work tree share the room.

    On a slow machine the journal holds the words of the streamed reply too, and takes more of it.
    """
    if reason := asyncio.run(_no_namespaces()):
        pytest.skip(reason)
    complaints = (_way_on_from_a_full_disk(tmp_path / str(room), room) for room in rooms)
    assert any(what in said for said in complaints)


def test_no_room_for_temporary_files_stops_a_run_that_can_be_gone_on_with(tmp_path: Path) -> None:
    """The sandbox has no room for the product, the journal has: it holds why the run stopped."""
    if reason := asyncio.run(_no_namespaces()):
        pytest.skip(reason)
    program = large_program()
    (tmp_path / "small").mkdir()
    with provider(**{"Write the whole program": [program]}) as server:
        softhouse = [sys.executable, "-m", "softhouse"]
        disk = ["--size", str(32 * 1024), "--tmpfs", str(tmp_path / "small")]
        options = ["--company", "solo", "--model", model_at(server), "--sandbox", "host", "--plain"]
        done = subprocess.run(
            [find_bwrap()[0], "--dev-bind", "/", "/", *disk, *softhouse, "run", TASK, *options],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "small")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, "Traceback" in done.stderr) == (74, False), done.stderr
    assert "No space left on device. Make room, then resume the run." in done.stderr
    (folder,) = (tmp_path / "products").iterdir()
    summary = SummaryFold(read_events(folder / FILE_NAME)).summary
    assert (summary.status, summary.exit_code) == ("stopped", 74)


def _way_on_from_a_full_disk(folder: Path, room: int) -> str:
    """What is said when the room is used up, after which the run was resumed to its end."""
    program = large_program()
    (folder / "products").mkdir(parents=True)
    with provider(**{"Write the whole program": [program]}) as server:
        session = SESSION.format(
            folder=shlex.quote(str(folder)),
            python=shlex.quote(sys.executable),
            task=shlex.quote(TASK),
            model=shlex.quote(model_at(server)),
            options=shlex.join(OPTIONS),
            ballast=DISK - room * 1024,
        )
        disk = ["--size", str(DISK), "--tmpfs", str(folder / "products")]
        subprocess.run(
            [find_bwrap()[0], "--dev-bind", "/", "/", *disk, "sh", "-c", session],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
        )
    said = (folder / "said").read_text()
    assert (folder / "code").read_text() == "74\n"
    assert "Traceback" not in said
    assert "No space left on device" in said or "Out of diskspace" in said
    assert ", then resume" in said
    listed = (folder / "listed").read_text()
    assert len(listed.splitlines()) == 1
    assert "broken" not in listed
    assert (folder / "resumed-code").read_text() == "0\n", (folder / "resumed").read_text()
    delivered = Product.open(folder / "delivered")
    assert delivered.read("main.py") == (folder / "delivered" / "main.py").read_bytes()
    assert len(server.calls) <= 2, "at most the answer that found no room"
    return said


async def _no_namespaces() -> str | None:
    """Why no mount namespace can be made here, if so."""
    backend = BubblewrapBackend()
    try:
        return await backend.available()
    except SandboxError as error:
        return str(error)
    finally:
        await backend.close()
