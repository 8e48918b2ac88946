"""The image of Docker sandboxes: `softhouse sandbox build` makes it, its tag names its contents."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warehouse.errors import SandboxError
from warehouse.sandbox.docker.engine import DockerEngine, brief
from warehouse.sandbox.toolbox import toolbox, toolbox_version

REPOSITORY = "softhouse-sandbox"
LABEL = "softhouse"
DOCKERFILE = Path(__file__).parent / "Dockerfile"


def image_tag() -> str:
    """Repository and tag; another toolbox or Dockerfile is another tag."""
    digest = hashlib.sha256(DOCKERFILE.read_bytes() + toolbox_version().encode())
    return f"{REPOSITORY}:{digest.hexdigest()[:12]}"


async def image_present(engine: DockerEngine) -> bool:
    """Whether the image for this version of softhouse exists; SandboxError if no engine answers."""
    api = await engine.api()
    return bool(await engine.call(api.images, image_tag()))


async def build_image(
    base: str | None = None, *, on_line: Callable[[str], None] | None = None
) -> str:
    """Build the image upon `base` (default: the Dockerfile's) and give its tag.
    `on_line` hears the engine's progress."""
    loop = asyncio.get_running_loop()

    def tell(line: str) -> None:
        if on_line:
            loop.call_soon_threadsafe(on_line, line)

    engine = DockerEngine()
    try:
        await engine.call(_build, await engine.api(), base, tell)
    finally:
        await engine.close()
    return image_tag()


def _build(api: Any, base: str | None, tell: Callable[[str], None]) -> None:
    from docker.errors import DockerException

    lines: list[str] = []
    try:
        for message in api.build(
            fileobj=_context(),
            custom_context=True,
            tag=image_tag(),
            labels={LABEL: "image"},
            buildargs={"BASE": base} if base else {},
            rm=True,
            forcerm=True,
            decode=True,
        ):
            line = str(message.get("error") or message.get("stream") or message.get("status") or "")
            if line.strip():
                lines.append(line.strip())
                tell(lines[-1])
            if "error" in message:
                raise SandboxError(_failure(base, "\n".join(lines[-15:])))
    except (DockerException, OSError) as error:
        raise SandboxError(_failure(base, brief(error))) from None


def _failure(base: str | None, detail: str) -> str:
    return (
        f"The sandbox image cannot be built upon {base or 'its usual base'}. With a base image "
        "you already have, `softhouse sandbox build --base IMAGE` needs no registry. "
        f"The engine said:\n{detail}"
    )


def _context() -> io.BytesIO:
    """The build context: the Dockerfile, and the toolbox where it belongs inside."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.add(DOCKERFILE, "Dockerfile", filter=_plain)
        for inside, source in toolbox().items():
            tar.add(source, inside.lstrip("/"), filter=_plain)
    packed.seek(0)
    return packed


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Root's, readable by all, without compiled files: the same on every machine."""
    if entry.name.endswith("__pycache__") or not (entry.isfile() or entry.isdir()):
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry


def prune_images_and_volumes(api: Any) -> list[str]:
    """Blocking: remove images of other versions and all installed packages."""
    from docker.errors import APIError

    removed = []
    ours = {"label": LABEL}
    for volume in api.volumes(filters=ours)["Volumes"] or []:
        with contextlib.suppress(APIError):  # in use
            api.remove_volume(volume["Name"])
            removed.append(f"volume {volume['Name']}")
    for image in api.images(REPOSITORY, filters=ours):
        for tag in image["RepoTags"] or []:
            if tag != image_tag():
                with contextlib.suppress(APIError):
                    api.remove_image(tag)
                    removed.append(f"image {tag}")
    return removed
