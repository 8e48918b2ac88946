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
from tests.support.scripted_provider import Reply, ScriptedProvider
from warehouse.errors import SandboxError
from warehouse.journal.journal import FILE_NAME
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
        said = run(folder, "run", *order, largest_file=int(size * share)).fails_with(2)
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
    ("room", "what"),
    [(100, "journal.jsonl"), (150, "/product/.git/objects/"), (260, "The product's files")],
)
def test_wherever_the_disk_is_full_there_is_a_way_on(tmp_path: Path, room: int, what: str) -> None:
    """A small disk within a mount namespace, on which journal, git and work tree share the room."""
    if reason := asyncio.run(_no_namespaces()):
        pytest.skip(reason)
    noise = random.Random(1)
    lines = (f"# {noise.randbytes(30).hex()}\n" for _ in range(1_600))
    program = file_block("main.py", "print('large')\n" + "".join(lines))
    (tmp_path / "products").mkdir()
    # In one piece: streamed slowly, the journal would hold the words of the reply too.
    at_once = Reply(program, chunk=len(program))
    with provider(**{"Write the whole program": [at_once]}) as server:
        session = SESSION.format(
            folder=shlex.quote(str(tmp_path)),
            python=shlex.quote(sys.executable),
            task=shlex.quote(TASK),
            model=shlex.quote(model_at(server)),
            options=shlex.join(OPTIONS),
            ballast=DISK - room * 1024,
        )
        disk = ["--size", str(DISK), "--tmpfs", str(tmp_path / "products")]
        subprocess.run(
            [find_bwrap()[0], "--dev-bind", "/", "/", *disk, "sh", "-c", session],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
        )
    said = (tmp_path / "said").read_text()
    assert (tmp_path / "code").read_text() == "2\n"
    assert "Traceback" not in said
    assert what in said
    assert "No space left on device" in said or "Out of diskspace" in said
    assert ", then resume" in said
    listed = (tmp_path / "listed").read_text()
    assert len(listed.splitlines()) == 1
    assert "broken" not in listed
    assert (tmp_path / "resumed-code").read_text() == "0\n", (tmp_path / "resumed").read_text()
    delivered = Product.open(tmp_path / "delivered")
    assert delivered.read("main.py") == (tmp_path / "delivered" / "main.py").read_bytes()
    assert len(server.calls) <= 2, "at most the answer that found no room"


async def _no_namespaces() -> str | None:
    """Why no mount namespace can be made here, if so."""
    backend = BubblewrapBackend()
    try:
        return await backend.available()
    except SandboxError as error:
        return str(error)
    finally:
        await backend.close()
