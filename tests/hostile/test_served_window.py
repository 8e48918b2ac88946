"""Others about the served window: other users, their pages on other ports, names that point here."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from tests.support.serving import Served, children, eventually, serving, watch_served

PAGES = ["/", "/ws", "/static/js/textual.js", "/assets/window.js", "/assets/window.css", "/no"]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as found:
        yield found


@pytest.fixture
async def stranger() -> AsyncIterator[ClientSession]:
    """Somebody without the link."""
    async with ClientSession() as session:
        yield session


async def refused(served: Served, session: ClientSession, secret: str, **headers: str) -> bool:
    """Whether a socket is refused, and nothing was begun for it."""
    try:
        await served.open_window(session, secret, **headers)
    except WSServerHandshakeError as error:
        return error.status == HTTPStatus.FORBIDDEN and not served.pid_file.exists()
    return False


@pytest.mark.parametrize("path", PAGES)
async def test_what_everybody_gets_holds_no_secret_and_sets_no_cookie(
    served: Served, stranger: ClientSession, path: str
) -> None:
    async with stranger.get(served.url(path)) as answer:
        assert served.secret not in await answer.text() + str(answer.headers)
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("guess", ["", "x", "none", "softhouse", "é", "a" * 43, "x" * 6_000])
async def test_a_socket_with_another_secret_opens_nothing(
    served: Served, stranger: ClientSession, guess: str
) -> None:
    assert await refused(served, stranger, guess)


async def test_a_socket_needs_the_whole_secret(served: Served, stranger: ClientSession) -> None:
    assert await refused(served, stranger, served.secret[:-1])
    assert await refused(served, stranger, served.secret + "x")
    assert await refused(served, stranger, served.secret.swapcase())


@pytest.mark.parametrize("path", ["/ws", "/%77s", "//ws", "/ws/", "/./ws", "/static/../ws", "/WS"])
async def test_no_spelling_of_the_address_goes_round_the_secret(served: Served, path: str) -> None:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {served.host}\r\nOrigin: {served.url('')}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(request.encode())
    status = (await reader.readline()).split()[1]
    writer.close()
    assert status in (b"403", b"404")
    assert not served.pid_file.exists()


@pytest.mark.parametrize("place", ["token", "secret", "softhouse"])
async def test_the_secret_counts_nowhere_but_in_the_socket_s_protocol(
    served: Served, stranger: ClientSession, place: str
) -> None:
    with pytest.raises(WSServerHandshakeError) as no_socket:
        await stranger.ws_connect(
            served.url(f"/ws?{place}={served.secret}", "ws"),
            origin=served.url(""),
            headers={"Cookie": f"{place}={served.secret}", "Authorization": served.secret},
        )
    assert no_socket.value.status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:{port}", "localhost:{port}", "127.0.0.1", "[::1]:{port}"),
        *("127.0.0.1.nip.io:{port}", "127.0.0.1:{port}.evil.example", "127.1:{port}", "0:{port}"),
    ],
)
async def test_a_name_that_somebody_lets_point_here_is_refused(
    served: Served, stranger: ClientSession, host: str
) -> None:
    headers = {"Host": host.format(port=served.port)}
    for path in PAGES:
        async with stranger.get(served.url(path), headers=headers) as answer:
            assert answer.status == HTTPStatus.FORBIDDEN
    origin = f"http://{headers['Host']}"
    assert await refused(served, stranger, served.secret, Origin=origin, **headers)


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "null", "file://", "http://127.0.0.1:1", "http://127.0.0.1"),
        *("https://127.0.0.1:{port}", "http://localhost:{port}", "http://127.0.0.1:{port}.evil"),
        *("http://127.0.0.1:{port}/", "http://evil@127.0.0.1:{port}"),
    ],
)
async def test_a_page_of_somebody_else_is_refused_even_with_the_secret(
    served: Served, stranger: ClientSession, origin: str
) -> None:
    headers = {"Origin": origin.format(port=served.port)}
    async with stranger.get(served.url(), headers=headers) as answer:
        assert answer.status == HTTPStatus.FORBIDDEN
    assert await refused(served, stranger, served.secret, **headers)


async def test_a_socket_that_says_nothing_of_its_page_is_refused(
    served: Served, stranger: ClientSession
) -> None:
    with pytest.raises(WSServerHandshakeError) as no_socket:
        await stranger.ws_connect(served.url("/ws", "ws"), protocols=("softhouse", served.secret))
    assert no_socket.value.status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("header", ["Host", "Origin"])
async def test_who_says_two_things_at_once_is_refused(served: Served, header: str) -> None:
    lines = {"Host": [served.host], "Origin": [served.url("")]}
    lines[header].append("http://evil.example" if header == "Origin" else "evil.example")
    said = "".join(f"{name}: {value}\r\n" for name in lines for value in lines[name])
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(f"GET / HTTP/1.1\r\n{said}\r\n".encode())
    assert (await reader.readline()).split()[1] in (b"400", b"403")
    writer.close()


@pytest.mark.parametrize(
    "path", ["/download/key", "/static/", "/static/../server.py", "/assets/%2e%2e/server.py"]
)
async def test_nothing_but_the_page_is_served(
    served: Served, stranger: ClientSession, path: str
) -> None:
    async with stranger.get(served.url(path)) as answer:
        assert answer.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


async def test_no_page_may_hold_ours_in_a_frame_or_read_it(
    served: Served, stranger: ClientSession
) -> None:
    async with stranger.get(served.url()) as answer:
        headers = answer.headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers


async def test_the_secret_is_in_no_log(
    served: Served, stranger: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with await served.open_window(stranger):
        await eventually(served.pid_file.exists)
    assert await refused_once_more(served, stranger)
    assert served.secret not in caplog.text


async def refused_once_more(served: Served, stranger: ClientSession) -> bool:
    """A socket from another page, which shows the right secret."""
    with pytest.raises(WSServerHandshakeError):
        await served.open_window(stranger, Origin="http://evil.example")
    return True


async def test_the_secret_is_in_no_process_s_arguments_or_environment(
    tmp_path: Path, stranger: ClientSession
) -> None:
    with watch_served(tmp_path, tmp_path) as (process, link):
        address, _, secret = link.partition("/#")
        host = address.removeprefix("http://")
        served = Served(int(host.rpartition(":")[2]), link, tmp_path / "none")
        async with await served.open_window(stranger):
            await eventually(lambda: children(process.pid))
            told = [_told_of(pid) for pid in (process.pid, *children(process.pid))]
        await eventually(lambda: not children(process.pid))
    assert secret.encode() not in b"".join(told)


def _told_of(pid: int) -> bytes:
    """What others of this machine may read of a process."""
    return b"".join(Path("/proc", str(pid), name).read_bytes() for name in ("cmdline", "environ"))


async def test_the_server_is_reached_by_this_machine_s_own_address_alone(served: Served) -> None:
    with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
        socket.create_connection(("127.0.0.2", served.port), 5)
