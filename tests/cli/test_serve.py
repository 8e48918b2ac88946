"""`watch --serve`: a window in a browser, which only the browser with the link can drive."""

import asyncio
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar, WSMsgType, WSServerHandshakeError

from company.cli.watch.serve import window_command
from company.cli.watch.server import WindowServer
from tests.support.command_line import ROOT, Softhouse
from tests.support.serving import eventually, gone, watch_served
from warehouse.child_process import python_module

APP = """
import os, sys
from pathlib import Path
from textual.app import App
from textual.widgets import Static
class Small(App):
    def compose(self):
        yield Static("a window", markup=False)
    def on_mount(self):
        Path(sys.argv[1]).write_text(str(os.getpid()))
Small().run()
"""


@dataclass
class Served:
    """A server with a small app behind it."""

    port: int
    link: str
    token: str
    pid_file: Path

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/", scheme: str = "http") -> str:
        return f"{scheme}://{self.host}{path}"


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Served]:
    """A server for as long as the context lasts."""
    app, pid_file = folder / "app.py", folder / "pid"
    app.write_text(APP)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = shlex.join([sys.executable, str(app), str(pid_file)])
        server = WindowServer(f"exec {command}", listening)
        stop = asyncio.Event()
        work = asyncio.create_task(server.serve_until(stop))
        try:
            link = server.guard.link
            yield Served(listening.getsockname()[1], link, link.partition("=")[2], pid_file)
        finally:
            stop.set()
            await work


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as found:
        yield found


@pytest.fixture
async def stranger() -> AsyncIterator[ClientSession]:
    """Somebody without the link."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture
async def person(stranger: ClientSession, served: Served) -> ClientSession:
    """The one who opened the link."""
    async with stranger.get(served.link) as answer:
        assert answer.status == 200
    return stranger


@pytest.mark.parametrize("path", ["/", "/ws", "/static/js/textual.js", "/assets/window.js", "/no"])
async def test_without_the_link_there_is_nothing(
    served: Served, stranger: ClientSession, path: str
) -> None:
    async with stranger.get(served.url(path)) as answer:
        assert answer.status == 403
        assert "softhouse watch --serve" in await answer.text()
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("token", ["", "x", "%00", "é"])
async def test_a_wrong_secret_opens_nothing(
    served: Served, stranger: ClientSession, token: str
) -> None:
    async with stranger.get(served.url(f"/?token={token}")) as answer:
        assert answer.status == 403


async def test_the_link_opens_the_page_and_is_remembered_where_scripts_cannot_read_it(
    served: Served, stranger: ClientSession
) -> None:
    async with stranger.get(served.link) as answer:
        cookie = answer.headers["Set-Cookie"]
        assert answer.status == 200
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
    async with stranger.get(served.url()) as again:
        assert again.status == 200


async def test_the_page_asks_nobody_else_for_anything(
    served: Served, person: ClientSession
) -> None:
    async with person.get(served.url()) as answer:
        text, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    assert "https://" not in text
    addresses = [part for part in text.split('"') if "://" in part]
    assert {address.split("/")[2] for address in addresses} == {served.host}
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert f"connect-src ws://{served.host};" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/textual.js",
        "/static/css/xterm.css",
        "/static/fonts/RobotoMono-VariableFont_wght.ttf",
        "/assets/window.js",
        "/assets/window.css",
    ],
)
async def test_what_the_page_refers_to_is_there(
    served: Served, person: ClientSession, path: str
) -> None:
    async with person.get(served.url(path)) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "path", ["/download/key", "/static/", "/static/../server.py", "/assets/%2e%2e/guard.py"]
)
async def test_nothing_else_is_served(served: Served, person: ClientSession, path: str) -> None:
    async with person.get(served.url(path)) as answer:
        assert answer.status in (403, 404)


@pytest.mark.parametrize("host", ["evil.example", "localhost:{port}", "127.0.0.1", "[::1]:{port}"])
async def test_a_name_that_somebody_else_lets_point_here_is_refused(
    served: Served, person: ClientSession, host: str
) -> None:
    headers = {"Host": host.format(port=served.port)}
    async with person.get(served.url(), headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}"]
)
async def test_a_page_of_somebody_else_is_refused(
    served: Served, person: ClientSession, origin: str
) -> None:
    headers = {"Origin": origin.format(port=served.port)}
    async with person.get(served.url(), headers=headers) as answer:
        assert answer.status == 403
    with pytest.raises(WSServerHandshakeError) as refused:
        await person.ws_connect(served.url("/ws", "ws"), headers=headers)
    assert refused.value.status == 403
    assert not served.pid_file.exists()


async def test_a_socket_that_says_nothing_of_its_page_is_refused(
    served: Served, person: ClientSession
) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await person.ws_connect(served.url("/ws", "ws"))
    assert refused.value.status == 403


async def test_a_socket_needs_the_cookie_and_takes_no_secret_in_its_address(
    served: Served, stranger: ClientSession
) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await stranger.ws_connect(
            served.url(f"/ws?token={served.token}", "ws"), origin=served.url("")
        )
    assert refused.value.status == 403


async def test_the_person_s_page_drives_a_window_which_ends_with_its_tab(
    served: Served, person: ClientSession
) -> None:
    seen = b""
    async with person.ws_connect(served.url("/ws", "ws"), origin=served.url("")) as tab:
        async with asyncio.timeout(20):
            while b"a window" not in seen:
                message = await tab.receive()
                assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT)
                seen += message.data if message.type is WSMsgType.BINARY else b""
        pid = int(served.pid_file.read_text())
        assert not gone(pid)
    await eventually(lambda: gone(pid))


async def test_windows_end_with_the_server(tmp_path: Path, stranger: ClientSession) -> None:
    async with serving(tmp_path) as served:
        async with stranger.get(served.link):
            pass
        await stranger.ws_connect(served.url("/ws", "ws"), origin=served.url(""))
        await eventually(served.pid_file.exists)
        await eventually(served.pid_file.read_text)
    pid = int(served.pid_file.read_text())
    await eventually(lambda: gone(pid))


def test_a_tab_runs_this_softhouse_with_what_the_person_said_quoted(tmp_path: Path) -> None:
    products = tmp_path / "my $(runs); `x`"
    run = products / "-rf 'a' & b"
    command = window_command(products, run, theme="day", calm=True)
    words = shlex.split(command)
    assert words[:2] == ["exec", "env"]
    assert words[3 : words.index("--products")] == python_module("softhouse", "watch")
    assert words[-2:] == ["--", str(run)]
    assert words[words.index("--products") + 1] == str(products)
    assert words[words.index("--theme") + 1] == "day"
    assert "--calm" in words


def test_a_window_ends_when_its_server_was_killed(tmp_path: Path) -> None:
    command = window_command(tmp_path, None, theme=None, calm=False)
    with subprocess.Popen(
        command,
        shell=True,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as window:
        assert window.stdout
        assert window.stdout.readline() == b"__GANGLION__\n"
        try:
            window.communicate(timeout=20)
        finally:
            window.kill()
        assert window.returncode == 0


def test_a_port_that_is_taken_is_said_so(softhouse: Softhouse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        error = softhouse("watch", "--serve", "--port", port).fails_with(2)
    assert f"port {port}" in error
    assert "--port" in error


def test_without_textual_serve_one_is_told_how_to_install_it(
    softhouse: Softhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "company.cli.watch.server")
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    error = softhouse("watch", "--serve", "--port", "0").fails_with(2)
    assert "pip install 'softhouse[web]'" in error


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_the_server_listens_on_loopback_alone_and_ends_politely(
    tmp_path: Path, stranger: ClientSession, stop: signal.Signals
) -> None:
    with watch_served(tmp_path, tmp_path) as (process, link):
        assert link.startswith("http://127.0.0.1:")
        async with stranger.get(link) as answer:
            assert answer.status == 200
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection(("127.0.0.2", int(link.split(":")[2].split("/")[0])), 5)
        process.send_signal(stop)
        assert process.wait(20) == 0
