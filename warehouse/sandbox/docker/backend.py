"""Sandboxes as hardened containers: no network, no capabilities, no new privileges, few system calls,
nothing of the host mounted, a read-only root, files in a tmpfs of bounded size and count.

Process 1 of each container is our steward, and another user than the product: it sweeps processes
without starting one, which a `docker exec` cannot do once a product has used up its processes.
It ends when the attach stream closes, and the engine then removes the container: even a killed
softhouse leaves nothing. Labels name the owner all the same, and the dead ones' are reaped.
"""

from __future__ import annotations

import contextlib
import secrets
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warehouse.errors import SandboxError
from warehouse.sandbox.docker.attach import AttachedLink, attach, open_link
from warehouse.sandbox.docker.engine import DockerEngine, brief
from warehouse.sandbox.docker.image import LABEL, image_present, image_tag, prune_images_and_volumes
from warehouse.sandbox.owners import is_dead, this_process
from warehouse.sandbox.sandbox import CommandResult, Dependencies, Installation, Limits
from warehouse.sandbox.seccomp.docker_profile import docker_profile
from warehouse.sandbox.stewarded import (
    STEWARD_CAPABILITIES,
    Mount,
    StewardedBackend,
    steward_settings,
)
from warehouse.sandbox.toolbox import BOX, STEWARD

if TYPE_CHECKING:
    from docker.api import APIClient

NAME = "box"
PROGRAM = 10001
OOM_COUNTERS = ("/sys/fs/cgroup/memory/memory.oom_control", "/sys/fs/cgroup/memory.events")
OWNER = f"{LABEL}.owner"
RUN = f"{LABEL}.run"
LOCATION = f"{LABEL}.location"
NO_SOCKETS = (
    "Packages cannot be installed by an engine in a virtual machine: use the standard library."
)


class DockerBackend(StewardedBackend):
    """Makes containers on the engine that answers. `run` is the run's id, for the labels."""

    name = "docker"
    search_path = "/usr/local/bin:/usr/bin:/bin"

    def __init__(self, *, run: str = "") -> None:
        self._run = run
        self._engine = DockerEngine()
        self._checked = False

    async def available(self) -> str | None:
        try:
            api = await self._engine.api()
            if not await image_present(self._engine):
                return (
                    "The Docker engine answers, but the sandbox image of this version is missing: "
                    "make it with `softhouse sandbox build` (about a minute)."
                )
            if not self._checked:
                await self._engine.call(reap, api)
                self._checked = True
        except SandboxError as error:
            return str(error)
        return None

    async def fingerprint(self) -> str:
        api = await self._engine.api()
        images = await self._engine.call(api.images, image_tag())
        return f"{self.name} {images[0]['Id'] if images else image_tag()}"

    async def find_installed(self, key: str) -> Dependencies | None:
        from docker.errors import NotFound

        api = await self._engine.api()
        try:
            finished = await self._engine.call(api.inspect_volume, _finished(key))
        except NotFound:
            return None
        return Dependencies(key, finished["Labels"][LOCATION])

    async def install(self, installation: Installation) -> CommandResult:
        """Into a volume of its own; a second, empty volume with the key's name says it is whole."""
        if not sys.platform.startswith("linux"):
            return CommandResult(installation.fetch, 1, "", NO_SOCKETS, 0.0, False, False, False)
        api = await self._engine.api()
        volume = f"softhouse-{installation.key}-{secrets.token_hex(4)}"
        await self._engine.call(api.create_volume, volume, labels=self._labels("dependencies"))
        try:
            result = await self.install_into(volume, installation)
            if result.ok and await self.find_installed(installation.key) is None:
                labels = {LABEL: "dependencies", LOCATION: volume}
                await self._engine.call(
                    api.create_volume, _finished(installation.key), labels=labels
                )
            return result
        finally:
            installed = await self.find_installed(installation.key)
            if installed is None or installed.location != volume:
                await self._engine.call(api.remove_volume, volume, force=True)

    async def prune(self) -> list[str]:
        try:
            api = await self._engine.api()
        except SandboxError:  # no engine: nothing of ours is there
            return []
        dead = await self._engine.call(reap, api)
        return dead + await self._engine.call(prune_images_and_volumes, api)

    async def close(self) -> None:
        await self._engine.close()

    async def launch(self, limits: Limits, mounts: Sequence[Mount]) -> AttachedLink:
        from docker.errors import DockerException

        if not self._checked and (reason := await self.available()):
            raise SandboxError(reason)
        api = await self._engine.api()
        try:
            made = await self._engine.call(create, api, limits, mounts, self._labels("sandbox"))
            try:
                sock = await self._engine.call(attach, api, made)
                link = await open_link(sock, lambda: self._engine.call(remove, api, made))
                await self._engine.call(api.start, made)
            except BaseException:
                await self._engine.call(remove, api, made)
                raise
        except (DockerException, OSError) as error:
            raise SandboxError(
                f"The Docker engine did not start a sandbox: {brief(error)}. If the image is "
                "missing, `softhouse sandbox build` makes it."
            ) from None
        return link

    def _labels(self, what: str) -> dict[str, str]:
        return {LABEL: what, OWNER: this_process(), RUN: self._run}


def create(
    api: APIClient,
    limits: Limits,
    mounts: Sequence[Mount],
    labels: Mapping[str, str],
) -> str:
    """Blocking: a container that has not started; its id."""
    from docker.types import LogConfig

    mode = f"rw,exec,nosuid,nodev,mode=0755,uid={PROGRAM},gid={PROGRAM},nr_inodes={limits.files}"
    memory = limits.ceiling_mb * 1024**2
    host = api.create_host_config(
        network_mode="none",
        extra_hosts={NAME: "127.0.0.1"},  # servers ask for their own name, and nobody answers here
        binds=[f"{each.source}:{each.inside}:{'rw' if each.writable else 'ro'}" for each in mounts],
        read_only=True,
        tmpfs={
            BOX: f"{mode},size={limits.disk_mb}m",
            "/tmp": f"{mode},size={limits.scratch_mb}m",  # noqa: S108
        },
        shm_size=16 * 1024**2,
        cap_drop=["ALL"],
        cap_add=list(STEWARD_CAPABILITIES),
        security_opt=["no-new-privileges", f"seccomp={docker_profile()}"],
        mem_limit=memory,
        memswap_limit=memory,
        nano_cpus=int(limits.cpus * 1e9),
        pids_limit=limits.processes + 1,
        log_config=LogConfig(type="none", config={}),
        ipc_mode="private",
        auto_remove=True,
    )
    made = api.create_container(
        image_tag(),
        ["python3", *STEWARD, steward_settings(limits, OOM_COUNTERS, user=PROGRAM)],
        hostname=NAME,
        user="0:0",
        working_dir=BOX,
        stdin_open=True,
        labels=dict(labels),
        host_config=host,
        entrypoint=[],
    )
    return str(made["Id"])


def remove(api: APIClient, container: str) -> None:
    """Blocking: returns when the container is gone, whoever removed it."""
    from docker.errors import APIError, NotFound

    with contextlib.suppress(NotFound):
        try:
            api.remove_container(container, force=True)
        except APIError as error:
            if error.status_code != 409:  # its removal is already going on
                raise
            api.wait(container, condition="removed")


def reap(api: APIClient) -> list[str]:
    """Blocking: remove what softhouse processes of this machine left when they died."""
    from docker.errors import APIError

    removed = []
    sandboxes: list[dict[str, Any]] = api.containers(
        all=True, filters={"label": f"{LABEL}=sandbox"}
    )
    for container in sandboxes:
        if is_dead(container["Labels"].get(OWNER, "")):
            remove(api, container["Id"])
            removed.append(f"container {container['Id'][:12]}")
    volumes = api.volumes(filters={"label": OWNER})["Volumes"] or []
    finished = api.volumes(filters={"label": LOCATION})["Volumes"] or []
    whole = {volume["Labels"][LOCATION] for volume in finished}
    for volume in volumes:
        if volume["Name"] not in whole and is_dead(volume["Labels"].get(OWNER, "")):
            with contextlib.suppress(APIError):
                api.remove_volume(volume["Name"])
                removed.append(f"volume {volume['Name']}")
    return removed


def _finished(key: str) -> str:
    return f"softhouse-{key}"
