"""Containers of the dead are removed; nobody alive, here or elsewhere, ever loses one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.engine import docker_backend
from warehouse.sandbox.docker.backend import OWNER, reap
from warehouse.sandbox.docker.engine import DockerEngine
from warehouse.sandbox.docker.image import LABEL, image_tag
from warehouse.sandbox.owners import is_dead, this_process


def a_dead_owner() -> str:
    """The name of a process that has really ended."""
    done = subprocess.run(
        [sys.executable, "-c", "from warehouse.sandbox.owners import *; print(this_process())"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    return done.stdout.strip()


def test_this_process_is_alive() -> None:
    assert not is_dead(this_process())


def test_a_process_that_ended_is_dead() -> None:
    assert is_dead(a_dead_owner())


def test_another_process_with_the_same_number_is_another_process() -> None:
    machine, namespace, boot, _, start = this_process().split("/")
    assert is_dead("/".join([machine, namespace, boot, str(os.getppid()), start + "1"]))


def test_a_process_from_before_the_last_boot_is_dead() -> None:
    machine, namespace, _, pid, start = this_process().split("/")
    assert is_dead("/".join([machine, namespace, "another-boot", pid, start]))


@pytest.mark.parametrize("part", [0, 1])
def test_a_process_elsewhere_is_not_ours_to_judge(part: int) -> None:
    parts = a_dead_owner().split("/")
    parts[part] = "elsewhere"
    assert not is_dead("/".join(parts))


@pytest.mark.parametrize("owner", ["", "x", "////", "a/b/c/d/e/f"])
def test_a_name_that_cannot_be_read_is_not_dead(owner: str) -> None:
    assert not is_dead(owner)


@pytest.mark.engine
async def test_only_the_containers_and_volumes_of_the_dead_are_reaped() -> None:
    backend = await docker_backend()
    await backend.close()
    engine = DockerEngine()
    api = await engine.api()
    owners = {"dead": a_dead_owner(), "ours": this_process(), "far": "elsewhere/x/y/1/2"}
    made = {
        name: api.create_container(image_tag(), ["true"], labels={LABEL: "sandbox", OWNER: owner})[
            "Id"
        ]
        for name, owner in owners.items()
    }
    api.create_volume("softhouse-test-dead", labels={LABEL: "dependencies", OWNER: owners["dead"]})
    api.create_volume("softhouse-test-ours", labels={LABEL: "dependencies", OWNER: owners["ours"]})
    try:
        removed = await engine.call(reap, api)
        left = {found["Id"] for found in api.containers(all=True)}
        volumes = {found["Name"] for found in api.volumes()["Volumes"]}
        assert made["dead"] not in left
        assert {made["ours"], made["far"]} <= left
        assert f"container {made['dead'][:12]}" in removed
        assert "softhouse-test-dead" not in volumes
        assert "softhouse-test-ours" in volumes
    finally:
        for name in ("ours", "far"):
            api.remove_container(made[name], force=True)
        api.remove_volume("softhouse-test-ours")
        await engine.close()


@pytest.mark.engine
async def test_a_container_is_as_hard_as_promised_and_gone_after_stop() -> None:
    backend = await docker_backend(run="the-run")
    engine = DockerEngine()
    api = await engine.api()
    async with await backend.open({}):
        ours = {"label": [f"{OWNER}={this_process()}"]}
        (found,) = api.containers(filters=ours)
        described = api.inspect_container(found["Id"])
    assert api.containers(all=True, filters=ours) == []
    host = described["HostConfig"]
    assert described["Config"]["Labels"]["softhouse.run"] == "the-run"
    # The steward, which gives up everything else as it starts the program as another user.
    assert described["Config"]["User"] == "0:0"
    assert host["NetworkMode"] == "none"
    assert host["CapDrop"] == ["ALL"]
    assert set(host["CapAdd"]) == {"SETUID", "SETGID", "SETPCAP", "KILL"}
    privileges, calls = host["SecurityOpt"]
    assert privileges == "no-new-privileges"
    assert json.loads(calls.removeprefix("seccomp="))["defaultAction"] == "SCMP_ACT_ERRNO"
    assert host["ReadonlyRootfs"] and not host["Privileged"]
    assert host["LogConfig"]["Type"] == "none"
    assert host["Memory"] == host["MemorySwap"] == (512 + 128 + 32) * 1024**2
    assert host["PidsLimit"] == 65
    assert host["NanoCpus"] == 1_000_000_000
    assert not host["Binds"] and not described["Mounts"]
    assert "nr_inodes=16384" in host["Tmpfs"]["/box"]
    await backend.close()
    await engine.close()
