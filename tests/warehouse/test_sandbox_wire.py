"""What a sandbox answers is hostile until it is read: nothing it says may harm or hang us."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.errors import SandboxError
from warehouse.sandbox import wire
from warehouse.sandbox.sandbox import Limits
from warehouse.sandbox.steward.commands import Clipped
from warehouse.sandbox.stewarded import StewardedSandbox


class Tape:
    """A link to a steward that says what is on the tape, whatever it is asked."""

    def __init__(self, *answers: bytes) -> None:
        self.rest = bytearray(b"".join(answers))
        self.killed = False

    async def send(self, data: bytes) -> None:
        return None

    async def receive(self, count: int) -> bytes:
        if len(self.rest) < count:
            raise EOFError
        taken = bytes(self.rest[:count])
        del self.rest[:count]
        return taken

    async def last_words(self) -> str:
        return "the steward's last words"

    async def kill(self) -> None:
        self.killed = True


READY = wire.encode({"ready": True})
WRITTEN = wire.encode({})


async def opened(*answers: bytes) -> tuple[StewardedSandbox, Tape]:
    tape = Tape(READY, WRITTEN, *answers)
    sandbox = StewardedSandbox("tape", tape, Limits(), {})
    await sandbox.start({})
    return sandbox, tape


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", "a/../../b", "a//b", "./a", "", "a\0b", "a/", "\ud800"]
)
async def test_a_file_from_outside_the_box_is_refused(path: str) -> None:
    sandbox, _ = await opened(wire.encode({"files": [[path, 1]]}, b"x"))
    with pytest.raises(SandboxError, match="a file that cannot be"):
        await sandbox.read()


@pytest.mark.parametrize(
    "listed",
    [
        [["a", 5]],
        [["a", -1]],
        [["a", 1e300]],
        [["a"]],
        [[1, 1]],
        "ab",
        {"a": 1},
        None,
        [["a", True]],
    ],
)
async def test_sizes_that_do_not_add_up_are_refused(listed: object) -> None:
    sandbox, _ = await opened(wire.encode({"files": listed}, b"xy"))
    with pytest.raises(SandboxError):
        await sandbox.read()


async def test_more_than_was_asked_for_is_not_even_read() -> None:
    sandbox, tape = await opened(wire.LENGTHS.pack(2, 2**32 - 1) + b"{}" + b"x" * 100)
    with pytest.raises(SandboxError, match="more than was asked for"):
        await sandbox.exec(["true"])
    assert tape.killed
    with pytest.raises(SandboxError, match="can run nothing more"):
        await sandbox.exec(["true"])


@pytest.mark.parametrize("head", [b"nonsense", b"[]", b"[" * 100_000, b"\xff", b"null"])
async def test_an_answer_that_is_no_object_ends_the_sandbox(head: bytes) -> None:
    sandbox, tape = await opened(wire.LENGTHS.pack(len(head), 0) + head)
    with pytest.raises(SandboxError, match="cannot be read"):
        await sandbox.exec(["true"])
    assert tape.killed


@pytest.mark.parametrize(
    "answer", [{}, {"exit_code": None}, {"stdout": [], "stopped": "", "exit_code": 0, "seconds": 1}]
)
async def test_an_answer_without_its_parts_is_refused(answer: Mapping[str, object]) -> None:
    sandbox, _ = await opened(wire.encode(answer))
    with pytest.raises(SandboxError, match="cannot be read"):
        await sandbox.exec(["true"])


async def test_a_steward_that_ends_in_a_command_is_that_command_s_failure() -> None:
    sandbox, tape = await opened()
    result = await sandbox.exec(["true"])
    assert not result.ok and not result.out_of_memory
    assert "the steward's last words" in result.stderr
    assert tape.killed


async def test_a_steward_that_never_answers_is_told_with_its_last_words() -> None:
    tape = Tape()
    with pytest.raises(SandboxError, match="did not start: the steward's last words"):
        await StewardedSandbox("tape", tape, Limits(), {}).start({})
    assert tape.killed


@given(st.lists(st.tuples(st.text(), st.integers(-5, 50))), st.binary(max_size=100))
def test_whatever_is_listed_no_path_leaves_the_box(
    listed: list[tuple[str, int]], body: bytes
) -> None:
    listed_as_json = json.loads(json.dumps(listed))
    try:
        files = wire.unpack_files(listed_as_json, body)
    except SandboxError:
        return
    for path in files:
        assert not path.startswith("/")
        assert ".." not in path.split("/")
    assert sum(map(len, files.values())) <= len(body)


@given(st.lists(st.binary(max_size=300)), st.integers(2, 200))
def test_clipped_output_is_the_beginning_and_the_end(chunks: list[bytes], limit: int) -> None:
    clipped = Clipped(limit)
    for chunk in chunks:
        clipped.add(chunk)
    whole = b"".join(chunks)
    kept, cut = clipped.finish()
    assert cut == (len(whole) > limit)
    if cut:
        assert kept.startswith(whole[: limit - limit // 2])
        assert kept.endswith(whole[len(whole) - limit // 2 :])
    else:
        assert kept == whole
