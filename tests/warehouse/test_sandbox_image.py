"""The sandbox image: built upon any base that has Python, named by what is in it."""

from __future__ import annotations

import pytest

from tests.support.engine import docker_backend
from warehouse.errors import SandboxError
from warehouse.sandbox.docker import image
from warehouse.sandbox.docker.engine import DockerEngine
from warehouse.sandbox.toolbox import toolbox

pytestmark = pytest.mark.engine


async def test_an_image_is_built_upon_a_base_and_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = await docker_backend()
    monkeypatch.setattr(image, "REPOSITORY", "softhouse-sandbox-test")
    built_upon = "softhouse-base:bookworm"
    engine = DockerEngine()
    api = await engine.api()
    if not api.images(built_upon):
        pytest.skip(f"{built_upon} is not on this engine; .ci/docker.sh makes it")
    image_before = image.image_tag()
    try:
        lines: list[str] = []
        assert await image.build_image(built_upon, on_line=lines.append) == image_before
        assert any("Successfully" in line for line in lines)
        assert await image.image_present(engine)
        assert await backend.available() is None
    finally:
        api.remove_image(image_before, force=True)
        await backend.close()
    assert not await image.image_present(engine)
    await engine.close()


async def test_the_steward_is_not_compiled_at_every_start() -> None:
    backend = await docker_backend()
    async with await backend.open({}) as sandbox:
        listed = await sandbox.exec(["ls", "/opt/softhouse/steward/__pycache__"])
    await backend.close()
    assert "serve.cpython" in listed.stdout


@pytest.mark.parametrize("base", ["softhouse-no-such-base:x", "UPPER CASE", "-x"])
async def test_a_base_that_cannot_be_had_is_told(base: str) -> None:
    backend = await docker_backend()
    await backend.close()
    with pytest.raises(SandboxError, match=f"cannot be built upon {base}.*--base IMAGE"):
        await image.build_image(base)


def test_the_toolbox_holds_the_checkers_and_nothing_else() -> None:
    names = {inside.removeprefix("/opt/softhouse/") for inside in toolbox()}
    assert names == {
        "steward",
        "testers",
        "witness",
        *(f"witness_lib/{name}" for name in ("Xlib", "six.py", "pyte", "wcwidth")),
        "through_gateway.py",
        "bin/uv",
        *(f"lib/{name}" for name in ("pytest", "_pytest", "pluggy", "iniconfig", "packaging")),
        *("lib/pygments", "lib/py.py", "lib/pyflakes"),
    }
