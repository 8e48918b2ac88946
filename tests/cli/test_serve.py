"""`watch --serve`: a window in a browser, which only the page opened by its link can drive."""

import asyncio
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSMsgType

from company.cli.watch.serve import window_command
from tests.support.command_line import ROOT, Softhouse
from tests.support.serving import Served, eventually, gone, serving, watch_served
from tests.support.waiting import PATIENCE
from warehouse.child_process import python_module


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as found:
        yield found


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def test_the_page_asks_nobody_else_for_anything(
    served: Served, browser: ClientSession
) -> None:
    async with browser.get(served.url()) as answer:
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
    served: Served, browser: ClientSession, path: str
) -> None:
    async with browser.get(served.url(path)) as answer:
        assert answer.status == 200


async def test_the_person_s_page_drives_a_window_which_ends_with_its_tab(
    served: Served, browser: ClientSession
) -> None:
    seen = b""
    async with await served.open_window(browser) as tab:
        assert tab.protocol == "softhouse"
        async with asyncio.timeout(PATIENCE):
            while b"a window" not in seen:
                message = await tab.receive()
                assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT)
                seen += message.data if message.type is WSMsgType.BINARY else b""
        pid = int(served.pid_file.read_text())
        assert not gone(pid)
    await eventually(lambda: gone(pid))


async def test_windows_end_with_the_server(tmp_path: Path, browser: ClientSession) -> None:
    async with serving(tmp_path) as served:
        await served.open_window(browser)
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
            window.communicate(timeout=PATIENCE)
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
    tmp_path: Path, browser: ClientSession, stop: signal.Signals
) -> None:
    with watch_served(tmp_path, tmp_path) as (process, link):
        assert link.startswith("http://127.0.0.1:")
        async with browser.get(link) as answer:
            assert answer.status == 200
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection(("127.0.0.2", int(link.split(":")[2].split("/")[0])), 5)
        process.send_signal(stop)
        assert process.wait(20) == 0
