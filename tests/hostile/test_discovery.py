"""What is merely found on the machine: another user's server, cluster file or socket is not believed."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from company.errors import ConfigurationError
from company.lab.execution.ray import cluster
from company.models.available import default_model, list_models, not_believed
from company.models.endpoint import endpoint_of
from company.models.model_id import parse_model_id
from company.models.provider import providers
from company.remote.commands import Stop, as_line
from company.remote.mailbox import FILE_NAME as MAILBOX
from company.remote.mailbox import Mailbox, send
from tests.support.people import Person, myself
from warehouse.errors import SandboxError, SofthouseError
from warehouse.events import RunStarted
from warehouse.journal.journal import Journal
from warehouse.sandbox.docker import engine
from warehouse.strangers import listener_on, owner_of

USUAL = ("lmstudio", "ollama", "llamacpp", "vllm")
SERVING = """
import http.server, json, socket, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = json.dumps({"data": [{"id": "evil"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        print(self.command, self.headers.get("Authorization"), file=sys.stderr, flush=True)
    do_GET = do_POST = answer
    def log_message(self, *_): pass
class Server(http.server.HTTPServer):
    address_family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
server = Server((sys.argv[1], int(sys.argv[2])), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def served_by(person: Person, host: str = "127.0.0.1") -> Iterator[int]:
    """A server of a user that answers as model servers do; its port."""
    with person.running(sys.executable, "-c", SERVING, host, "0") as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@pytest.fixture
def usual_port(
    open_ground: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, int], str]]:
    """Lets a provider be looked for at another port than its usual one, which may be taken here."""
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(open_ground))

    def move(provider: str, port: int) -> str:
        address = f"http://127.0.0.1:{port}/v1"
        (open_ground / "providers.yaml").write_text(f"{provider}: {{base_url: {address!r}}}\n")
        providers.cache_clear()
        return address

    yield move
    monkeypatch.undo()
    providers.cache_clear()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "127.0.0.7", "::1", "::"])
def test_a_listener_is_known_by_its_user_at_whatever_address(
    ordinary_user: Person, host: str
) -> None:
    with served_by(ordinary_user, host) as port:
        assert listener_on(port) == ordinary_user.name
    assert listener_on(port) is None


def test_ones_own_listener_is_no_stranger() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert listener_on(server.getsockname()[1]) is None


def test_root_is_no_stranger_to_an_ordinary_user(ordinary_user: Person, other_user: Person) -> None:
    asking = (
        "import sys; from warehouse.strangers import listener_on as on; print(on(int(sys.argv[1])))"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert ordinary_user.run(sys.executable, "-c", asking, port).out == "None\n"
    with served_by(other_user) as theirs:
        told = ordinary_user.run(sys.executable, "-c", asking, str(theirs)).out
        assert told == f"{other_user.name}\n"


@pytest.mark.parametrize("provider", USUAL)
def test_a_strangers_server_on_a_usual_port_is_named_and_gets_nothing(
    ordinary_user: Person, usual_port: Callable[[str, int], str], provider: str
) -> None:
    with served_by(ordinary_user) as port:
        address = usual_port(provider, port)
        with pytest.raises(ConfigurationError) as refused:
            endpoint_of(parse_model_id(f"{provider}:evil"), {})
        assert ordinary_user.name in str(refused.value)
        assert f"{provider.upper()}_BASE_URL={address}" in str(refused.value)
        with suppress(ConfigurationError):
            assert not default_model({}).startswith(provider)
        assert any(ordinary_user.name in each for each in not_believed({}))
        (row,) = (row for row in list_models({}) if row.provider == provider)
        assert (row.reachable, ordinary_user.name in row.note) == (False, True)


@pytest.mark.parametrize("provider", USUAL)
def test_a_strangers_server_that_is_named_is_used(
    ordinary_user: Person, usual_port: Callable[[str, int], str], provider: str
) -> None:
    with served_by(ordinary_user) as port:
        address = usual_port(provider, port)
        named = {f"{provider.upper()}_BASE_URL": address}
        assert endpoint_of(parse_model_id(f"{provider}:m"), named).base_url == address
        assert endpoint_of(parse_model_id(f"url:{address}#m"), {}).base_url == address


def test_ones_own_server_on_a_usual_port_is_found(
    tmp_path: Path, usual_port: Callable[[str, int], str]
) -> None:
    with served_by(myself(tmp_path)) as port:
        usual_port("lmstudio", port)
        assert default_model({}) == "lmstudio:evil"


def test_commands_say_what_was_found_and_not_believed(
    ordinary_user: Person,
    other_user: Person,
    open_ground: Path,
    usual_port: Callable[[str, int], str],
) -> None:
    with served_by(other_user) as port:
        usual_port("lmstudio", port)
        config = {"SOFTHOUSE_CONFIG": str(open_ground)}
        run = ordinary_user.softhouse("run", "A program", "--model", "lmstudio:m", **config)
        assert (run.code, other_user.name in run.err) == (2, True)
        for command in (["doctor"], ["model", "list"]):
            assert other_user.name in ordinary_user.softhouse(*command, **config).out


@pytest.fixture
def ray_folder(open_ground: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Ray looks for a cluster of this machine."""
    monkeypatch.setenv("RAY_TMPDIR", str(open_ground))
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    (open_ground / "ray").mkdir()
    return open_ground / "ray"


@pytest.mark.parametrize("whose", ["file", "folder"])
def test_a_strangers_cluster_file_is_not_believed(
    ordinary_user: Person, ray_folder: Path, whose: str
) -> None:
    place = ray_folder / "ray_current_cluster"
    with socket.create_server(("127.0.0.1", 0)) as server:
        place.write_text(f"127.0.0.1:{server.getsockname()[1]}")
        found = place if whose == "file" else ray_folder
        os.chown(found, ordinary_user.uid, ordinary_user.gid)
        with pytest.raises(ConfigurationError, match=f"{ordinary_user.name}.*--address 127.0.0.1:"):
            cluster._current_cluster()


def test_a_strangers_folder_for_sockets_is_not_used_either(
    ordinary_user: Person, ray_folder: Path
) -> None:
    ordinary_user.owns(ray_folder)
    with pytest.raises(ConfigurationError, match="set RAY_TMPDIR to a folder of yours"):
        cluster._current_cluster()


def test_a_cluster_of_ones_own_whose_port_a_stranger_took_is_not_joined(
    ordinary_user: Person, ray_folder: Path
) -> None:
    with served_by(ordinary_user) as port:
        (ray_folder / "ray_current_cluster").write_text(f"127.0.0.1:{port}")
        with pytest.raises(ConfigurationError, match=f"not joined.*{ordinary_user.name}"):
            cluster._current_cluster()


def test_a_cluster_of_ones_own_is_found(ray_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        (ray_folder / "ray_current_cluster").write_text(address)
        assert cluster._current_cluster() == address


@pytest.mark.parametrize("kind", ["link", "pipe", "huge", "nonsense", "no file"])
def test_a_cluster_file_that_is_none_is_no_cluster(
    ray_folder: Path, tmp_path: Path, kind: str
) -> None:
    place = ray_folder / "ray_current_cluster"
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        if kind == "link":
            (tmp_path / "address").write_text(address)
            place.symlink_to(tmp_path / "address")
        elif kind == "pipe":
            os.mkfifo(place)
        elif kind == "huge":
            place.write_text(address)
            os.truncate(place, 1 << 40)
        elif kind == "nonsense":
            place.write_bytes(b"\xff\x00http://evil.example:1")
        assert cluster._current_cluster() is None


@pytest.fixture
def docker_socket(open_ground: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only usual place of a Docker socket."""
    place = open_ground / "docker.sock"
    monkeypatch.setattr(engine, "USUAL_SOCKETS", (str(place),))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))
        yield place


@pytest.mark.parametrize("as_link", [False, True])
def test_a_strangers_docker_socket_is_named_and_not_used(
    ordinary_user: Person, docker_socket: Path, as_link: bool
) -> None:
    os.chown(docker_socket, ordinary_user.uid, ordinary_user.gid)
    if as_link:
        docker_socket.rename(docker_socket.with_name("real"))
        docker_socket.symlink_to(docker_socket.with_name("real"))
    with pytest.raises(SandboxError, match=f"{ordinary_user.name}.*DOCKER_HOST=unix://"):
        engine.engine_address()


def test_a_strangers_link_to_a_socket_of_ones_own_is_not_followed(
    ordinary_user: Person, docker_socket: Path
) -> None:
    docker_socket.rename(docker_socket.with_name("real"))
    docker_socket.symlink_to(docker_socket.with_name("real"))
    os.chown(docker_socket, ordinary_user.uid, ordinary_user.gid, follow_symlinks=False)
    with pytest.raises(SandboxError, match="not believed"):
        engine.engine_address()


def test_a_docker_socket_that_is_ours_or_named_is_used(
    docker_socket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine.engine_address() == f"unix://{docker_socket}"
    monkeypatch.setenv("DOCKER_HOST", "unix:///named.sock")
    assert engine.engine_address() == "unix:///named.sock"


@pytest.mark.parametrize("kind", ["a stranger's", "a link", "a pipe"])
def test_a_mailbox_that_another_put_there_is_neither_read_nor_written(
    ordinary_user: Person, tmp_path: Path, kind: str
) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")
    journal.append(RunStarted(schema="1.0"))
    mailbox, place = Mailbox(tmp_path), tmp_path / MAILBOX
    if kind == "a pipe":
        os.mkfifo(place)
    elif kind == "a link":
        (tmp_path / "stop").write_text(as_line(Stop()).decode())
        place.symlink_to(tmp_path / "stop")
    else:
        place.write_bytes(as_line(Stop()))
        os.chown(place, ordinary_user.uid, ordinary_user.gid)
    assert mailbox.new_commands() == []
    with pytest.raises(SofthouseError, match="cannot be written"):
        send(tmp_path, Stop())
    journal.close()


def test_a_user_without_a_name_is_told_by_number(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(tmp_path, 4_000_000_000, 0)
    assert owner_of(tmp_path) == "number 4000000000"
    os.chown(tmp_path, 0, 0)
