"""Small faults put into a program, and whether its own tests notice them, in a real sandbox."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from company.lab.evaluation import mutation
from company.lab.evaluation.mutation import mutate
from tests.support.sandboxes import KINDS, make_backend
from warehouse.sandbox.sandbox import SandboxBackend

SHOP = b"""\
def price(pieces, each):
    if pieces < 10:
        return pieces * each
    return pieces * each - 5
"""
GOOD = b"""\
from shop import price


def test_few():
    assert price(9, 2) == 18


def test_ten_and_more():
    assert price(10, 2) == 15
"""
POOR = b"""\
from shop import price


def test_few():
    assert price(1, 2) == 2
"""


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[SandboxBackend]:
    backend = await make_backend("bubblewrap", tmp_path)
    yield backend
    await backend.close()


async def test_good_tests_notice_every_fault(backend: SandboxBackend) -> None:
    # In line 2 `<` and 10, in line 3 `*` and the return, in line 4 `*`, `-`, 5 and the return.
    found = await mutate({"shop.py": SHOP, "test_shop.py": GOOD}, backend)
    assert found is not None
    assert (found.mutants, found.killed, found.survived) == (8, 8, ())


async def test_poor_tests_let_faults_pass_and_it_is_said_which(backend: SandboxBackend) -> None:
    found = await mutate({"shop.py": SHOP, "test_shop.py": POOR}, backend)
    assert found is not None
    # Killed: the first `*` (1 / 2 is not 2) and the first return. Ten pieces are never tried.
    assert (found.mutants, found.killed) == (8, 2)
    assert found.survived == (
        "shop.py:2: `<` became `<=`",
        "shop.py:2: 11 instead of `10`",
        "shop.py:4: returns None instead of `pieces * each - 5`",
        "shop.py:4: `*` became `/`",
        "shop.py:4: `-` became `+`",
        "shop.py:4: 6 instead of `5`",
    )


async def test_a_seed_draws_the_same_faults_again(backend: SandboxBackend) -> None:
    files = {"shop.py": SHOP, "test_shop.py": POOR}
    first = await mutate(files, backend, most=3, seed=7)
    assert first is not None
    assert first.mutants == 3
    assert await mutate(files, backend, most=3, seed=7) == first
    for seed in range(4):
        if await mutate(files, backend, most=3, seed=seed) != first:
            break
    else:
        pytest.fail("whatever the seed, the faults are the same")


async def test_a_program_that_never_ends_with_a_fault_is_noticed(
    backend: SandboxBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutation, "GRACE_SECONDS", 0.5)
    count = b"def count(n):\n    while n > 0:\n        n -= 1\n    return n\n"
    test = b"from shop import count\n\n\ndef test_it():\n    assert count(3) == 0\n"
    found = await mutate({"shop.py": count, "test_shop.py": test}, backend)
    assert found is not None
    # Without end: `-=` became `+=`, and `n -= 1` removed.
    assert (found.mutants, found.killed) == (6, 6)


async def test_what_tests_leave_behind_does_not_change_the_next_fault(
    backend: SandboxBackend,
) -> None:
    shop = b"def add(a, b):\n    return a + b\n\n\ndef unused(a):\n    return a + 1\n"
    test = b"""\
import pathlib
from shop import add

NOTES = pathlib.Path("notes.txt")


def test_it_runs_in_a_clean_place():
    assert not NOTES.exists()
    NOTES.write_text("x")
    assert add(1, 2) == 3
"""
    found = await mutate({"shop.py": shop, "test_shop.py": test}, backend)
    assert found is not None
    assert (found.mutants, found.killed) == (5, 2)
    assert all(":6: " in survivor for survivor in found.survived)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"shop.py": SHOP},
        {"shop.py": SHOP, "test_shop.py": GOOD.replace(b"15", b"16")},
        {"shop.py": SHOP, "test_shop.py": b"x = 1\n"},
        {"shop.py": b"def price(\n", "test_shop.py": GOOD},
        {"main.js": b"f();\n", "main.test.js": b"test('x', () => {});\n"},
    ],
)
async def test_without_passing_tests_there_is_no_score(
    backend: SandboxBackend, files: dict[str, bytes]
) -> None:
    assert await mutate(files, backend) is None


async def test_when_its_time_is_over_the_faults_tried_so_far_are_the_sample(
    backend: SandboxBackend,
) -> None:
    found = await mutate({"shop.py": SHOP, "test_shop.py": GOOD}, backend, seconds=0.0)
    assert found is not None
    assert (found.mutants, found.killed) == (0, 0)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_sandbox_finds_the_same(kind: str, tmp_path: Path) -> None:
    backend = await make_backend(kind, tmp_path)
    try:
        found = await mutate({"shop.py": SHOP, "test_shop.py": GOOD}, backend, most=4)
    finally:
        await backend.close()
    assert found is not None
    assert (found.mutants, found.killed) == (4, 4)
