"""Every module of a product, imported by itself in a real sandbox."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from company.lab.evaluation import imports
from company.lab.evaluation.imports import check_imports
from tests.support.sandboxes import KINDS, make_backend
from warehouse.sandbox.sandbox import SandboxBackend


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[SandboxBackend]:
    backend = await make_backend("bubblewrap", tmp_path)
    yield backend
    await backend.close()


async def reasons(backend: SandboxBackend, **files: str) -> dict[str, str]:
    """Module → why it could not be imported, empty where it could."""
    return await reasons_of(
        backend, {name.replace("_py", ".py"): text for name, text in files.items()}
    )


async def reasons_of(backend: SandboxBackend, files: dict[str, str]) -> dict[str, str]:
    outcomes = await check_imports({path: text.encode() for path, text in files.items()}, backend)
    for outcome in outcomes:
        assert outcome.ok is (outcome.reason == "")
        assert not outcome.ok or outcome.exit_code == 0
        assert outcome.seconds > 0
    return {outcome.module: outcome.reason for outcome in outcomes}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("x = 1\n", ""),
        ("print('hello')\n", ""),
        ("if __name__ == '__main__':\n    1 / 0\n", ""),
        ("import nowhere\n", "ModuleNotFoundError: No module named 'nowhere'"),
        ("1 / 0\n", "ZeroDivisionError: division by zero"),
        ("def f(\n", "SyntaxError: '(' was never closed"),
        ("name = input('name? ')\n", "asks for input when it is imported"),
        ("import sys; sys.exit(0)\n", "ends the program when it is imported, with exit code 0"),
        ("import os; os._exit(3)\n", "ends the program when it is imported, with exit code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)\n", "killed by signal 11"),
        ("b = [b'x' * 10**8 for _ in range(99)]\n", "used up the memory of the sandbox"),
    ],
)
async def test_a_module_is_well_if_importing_it_ends_and_does_nothing_else(
    backend: SandboxBackend, source: str, reason: str
) -> None:
    assert await reasons(backend, shop_py=source) == {"shop.py": reason}


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass\n",
        "import http.server; http.server.HTTPServer(('', 0), None).serve_forever()\n",
        "import threading, time; threading.Thread(target=lambda: time.sleep(60)).start()\n",
    ],
)
async def test_a_module_that_waits_or_serves_is_none(
    backend: SandboxBackend, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr(imports, "SECONDS", 0.5)
    found = await reasons(backend, shop_py=source, price_py="x = 1\n")
    waits = "did not end within 0.5 s: it waits or serves when it is imported"
    assert found == {"price.py": "", "shop.py": waits}


async def test_modules_find_each_other_as_the_program_would(backend: SandboxBackend) -> None:
    found = await reasons_of(
        backend,
        {
            "src/main.py": "import helpers\nfrom shop import prices\n",
            "src/helpers.py": "x = 1\n",
            "src/shop/__init__.py": "",
            "src/shop/prices.py": "from . import taxes\nfrom shop import taxes\n",
            "src/shop/taxes.py": "x = 1\n",
            "tools/make-data.py": "import make_more\n",
            "tools/make_more.py": "x = 1\n",
        },
    )
    assert set(found.values()) == {""}
    assert len(found) == 7


async def test_what_is_there_to_be_run_is_not_imported(backend: SandboxBackend) -> None:
    files = dict.fromkeys(
        ["test_shop.py", "tests/helpers.py", "conftest.py", "setup.py", "shop/__main__.py",
         "__init__.py"], "1 / 0\n"
    )  # fmt: skip
    assert await reasons_of(backend, {**files, "shop/__init__.py": ""}) == {"shop/__init__.py": ""}


async def test_javascript_modules_are_imported_too(backend: SandboxBackend) -> None:
    found = await reasons_of(
        backend,
        {
            "main.js": "require('./price');\n",
            "price.js": "module.exports = 1;\n",
            "bad.js": "const\n",
        },
    )
    if not found:
        pytest.skip("there is no node in this sandbox")
    assert found == {
        "bad.js": "SyntaxError: Unexpected end of input", "main.js": "", "price.js": "",
    }  # fmt: skip


async def test_where_there_is_no_module_there_is_nothing_to_import(backend: SandboxBackend) -> None:
    assert await reasons_of(backend, {}) == {}
    assert await reasons_of(backend, {"README.md": "# Shop\n", "index.html": "<p>\n"}) == {}


async def test_of_very_many_modules_the_first_are_tried(
    backend: SandboxBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_MODULES", 2)
    assert list(await reasons(backend, c_py="", a_py="", b_py="")) == ["a.py", "b.py"]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_sandbox_says_the_same(kind: str, tmp_path: Path) -> None:
    backend = await make_backend(kind, tmp_path)
    try:
        found = await reasons(backend, a_py="import b\n", b_py="input()\n", c_py="")
    finally:
        await backend.close()
    asks = "asks for input when it is imported"
    assert found == {"a.py": asks, "b.py": asks, "c.py": ""}
