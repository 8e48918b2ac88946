"""Packages are installed in a stage of their own, by the real uv, and shown read-only after it.

The packages come from a folder of wheels made here, so no registry is needed.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.engine import remove_volumes
from tests.support.package_index import source_archive, wheel
from tests.support.sandboxes import KINDS, make_backend
from warehouse.sandbox.dependencies import dependency_key, install_dependencies
from warehouse.sandbox.host.backend import HostBackend
from warehouse.sandbox.sandbox import SandboxBackend
from warehouse.sandbox.stacks.cards import stacks

PYTHON = stacks()["python"]
PACKAGE = f"tinygreeting{uuid.uuid4().hex}"


@pytest.fixture(params=KINDS[:2])
async def backend(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SandboxBackend]:
    backend = await make_backend(request.param, tmp_path / "cache")
    yield backend
    await backend.close()
    if request.param != "bubblewrap":
        await remove_volumes()


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, and pip settings on this machine that name it."""
    folder = tmp_path / "wheels"
    folder.mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    greeting = "def greet(): return 'hello from a package'\n"
    for name, data in wheel(PACKAGE, source=greeting).items():
        (folder / name).write_bytes(data)
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return folder


async def test_a_product_can_use_what_it_asks_for(backend: SandboxBackend, wheels: Path) -> None:
    files = {"requirements.txt": f"{PACKAGE}\n".encode()}
    installed = await install_dependencies(PYTHON, files, backend)
    assert installed.ok, installed.output
    assert not installed.cached
    async with await backend.open({}, dependencies=installed.dependencies) as sandbox:
        code = f"import {PACKAGE} as package; print(package.greet())"
        result = await sandbox.exec(["python3", "-c", code])
        assert result.stdout == "hello from a package\n", result
        code = f"import {PACKAGE} as package; open(package.__file__, 'a')"
        result = await sandbox.exec(["python3", "-c", code])
        assert "Read-only file system" in result.stderr or "Permission denied" in result.stderr

    again = await install_dependencies(PYTHON, files, backend)
    assert again.ok and again.cached
    assert again.dependencies == installed.dependencies


async def test_a_package_that_does_not_exist_is_a_result(
    backend: SandboxBackend, wheels: Path
) -> None:
    files = {"requirements.txt": b"no-such-package-anywhere\n"}
    installed = await install_dependencies(PYTHON, files, backend)
    assert not installed.ok
    assert "no-such-package-anywhere" in installed.output
    assert installed.dependencies is None
    again = await install_dependencies(PYTHON, files, backend)
    assert not again.ok and not again.cached


async def test_a_package_that_would_run_its_setup_is_not_taken(
    backend: SandboxBackend, wheels: Path
) -> None:
    for name, data in source_archive("sourceonly", "raise SystemExit('setup ran')").items():
        (wheels / name).write_bytes(data)
    files = {"requirements.txt": b"sourceonly\n"}
    installed = await install_dependencies(PYTHON, files, backend)
    assert not installed.ok
    assert "setup ran" not in installed.output
    assert "sourceonly" in installed.output


async def test_a_manifest_that_asks_for_more_is_a_result() -> None:
    files = {"requirements.txt": b"--index-url https://evil.example\n"}
    installed = await install_dependencies(PYTHON, files, HostBackend())
    assert not installed.ok
    assert "requirements.txt:1" in installed.output


@pytest.mark.parametrize("files", [{}, {"requirements.txt": b"# nothing\n"}])
async def test_nothing_to_install_is_done_at_once(files: dict[str, bytes]) -> None:
    installed = await install_dependencies(PYTHON, files, HostBackend())
    assert installed.ok and installed.cached
    assert installed.dependencies is None


def test_the_key_tells_everything_apart_that_matters() -> None:
    keys = {
        dependency_key("python", b"a\n", "docker 1"),
        dependency_key("python", b"a\n", "docker 2"),
        dependency_key("python", b"b\n", "docker 1"),
        dependency_key("javascript", b"a\n", "docker 1"),
        dependency_key("python", b"1a\n", "docker "),
    }
    assert len(keys) == 5
