"""A real Docker engine for tests, with the sandbox image built upon whatever base is at hand."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

from warehouse.errors import SandboxError
from warehouse.sandbox.docker.backend import LOCATION, OWNER, DockerBackend
from warehouse.sandbox.docker.engine import DockerEngine
from warehouse.sandbox.docker.image import build_image, image_tag
from warehouse.sandbox.owners import this_process

LOCAL_BASE = "softhouse-base:bookworm"
"""What `.ci/docker.sh` makes."""


async def docker_backend(*, run: str = "tests") -> DockerBackend:
    """A usable backend; skips with the reason when there is none, or fails if CI demands one."""
    try:
        if not await _is_there(image_tag()):
            await build_image(LOCAL_BASE if await _is_there(LOCAL_BASE) else None)
    except SandboxError as error:
        give_up(str(error))
    backend = DockerBackend(run=run)
    if reason := await backend.available():
        give_up(reason)
    return backend


async def _is_there(image: str) -> bool:
    engine = DockerEngine()
    try:
        api = await engine.api()
        return bool(await engine.call(api.images, image))
    finally:
        await engine.close()


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
        api.remove_volume(name, force=True)
    await engine.close()


def give_up(reason: str) -> NoReturn:
    """Skip the test, or fail it where SOFTHOUSE_TESTS_REQUIRE_ENGINE is 1, as in CI."""
    if os.environ.get("SOFTHOUSE_TESTS_REQUIRE_ENGINE") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
