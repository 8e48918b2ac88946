"""Packages are installed in a stage of their own, by the real pip, and shown read-only after it.

The packages come from a folder of wheels made here, so no registry is needed.
"""

from __future__ import annotations

import tarfile
import uuid
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.sandboxes import KINDS, make_backend
from warehouse.sandbox.dependencies import dependency_key, install_dependencies, redact
from warehouse.sandbox.docker.backend import LOCATION, OWNER
from warehouse.sandbox.docker.engine import DockerEngine
from warehouse.sandbox.host.backend import HostBackend
from warehouse.sandbox.owners import this_process
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


async def remove_volumes() -> None:
    """What this process installed on the Docker engine."""
    engine = DockerEngine()
    api = await engine.api()
    mine = api.volumes(filters={"label": f"{OWNER}={this_process()}"})["Volumes"] or []
    locations = {volume["Name"] for volume in mine}
    for finished in api.volumes(filters={"label": LOCATION})["Volumes"] or []:
        if finished["Labels"][LOCATION] in locations:
            api.remove_volume(finished["Name"])
    for name in locations:
        api.remove_volume(name)
    await engine.close()


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, and pip settings on this machine that name it."""
    folder = tmp_path / "wheels"
    folder.mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    make_wheel(folder, PACKAGE, "def greet(): return 'hello from a package'\n")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return folder


def make_wheel(folder: Path, name: str, source: str) -> None:
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", source)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


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
        assert "Read-only file system" in result.stderr

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
    setup = wheels.parent / "setup.py"
    setup.write_text("raise SystemExit('setup ran')")
    with tarfile.open(wheels / "sourceonly-1.0.tar.gz", "w:gz") as sdist:
        sdist.add(setup, "sourceonly-1.0/setup.py")
    files = {"requirements.txt": b"sourceonly\n"}
    installed = await install_dependencies(PYTHON, files, backend)
    assert not installed.ok
    assert "setup ran" not in installed.output
    assert "No matching distribution" in installed.output


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


def test_passwords_in_index_addresses_are_not_shown() -> None:
    text = "Looking in indexes: https://me:secret@pypi.example/simple, https://token@x/y"
    assert redact(text) == "Looking in indexes: https://***@pypi.example/simple, https://***@x/y"
