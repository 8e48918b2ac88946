"""Servers before a witness that watches where they listen and asks for all that they serve."""

import shutil

import pytest

from tests.support.witnessing import See
from warehouse.sandbox.witness import process

pytestmark = pytest.mark.asyncio(loop_scope="module")


def http(body: str, port: int = 8000) -> str:
    """A server whose handler has this body."""
    return (
        "from http.server import BaseHTTPRequestHandler, HTTPServer\n"
        "class Handler(BaseHTTPRequestHandler):\n"
        "    def answer(self, status, text, kind='text/plain'):\n        self.send_response(status)\n"
        "        self.send_header('content-type', kind)\n        self.end_headers()\n"
        "        self.wfile.write(text.encode())\n"
        "    def do_GET(self):\n"
        + "".join(f"        {line}\n" for line in body.splitlines())
        + f"HTTPServer(('', {port}), Handler).serve_forever()\n"
    )


def sockets(body: str) -> str:
    """A server of sockets that does this with a connection, and then with the next."""
    return (
        "import socket\nserver = socket.create_server(('', 9000))\nwhile True:\n"
        "    client, _ = server.accept()\n"
        + "".join(f"    {line}\n" for line in body.splitlines())
        + "    client.close()\n"
    )


RIGHT = {
    "a server of two routes": (
        http(
            "found = self.path in ('/', '/items/1')\n"
            "self.answer(200 if found else 404, 'here')\nroutes = '/items/<int:number>'"
        ),
        "serves on port 8000: / 200, /items/1 200",
    ),
    "a server without a front page": (
        http("self.answer(200 if self.path == '/api' else 404, '{}')", port=5001),
        "serves on port 5001: / 404, /api 200",
    ),
    "an echo": (
        sockets("client.sendall(client.recv(100))"),
        "takes connections on port 9000",
    ),
    "a guessing game that greets": (
        sockets("client.sendall(b'number? ')\nclient.recv(100)\nclient.sendall(b'wrong')"),
        "takes connections on port 9000",
    ),
    "a room in which all hear each other": (
        "import socket, threading\nserver, there = socket.create_server(('', 9000)), []\n"
        "def hear(client):\n    with client:\n        while said := client.recv(100):\n"
        "            for other in there:\n                if other is not client:\n"
        "                    other.sendall(said)\n"
        "while True:\n    client, _ = server.accept()\n    there.append(client)\n"
        "    threading.Thread(target=hear, args=(client,)).start()\n",
        "takes connections on port 9000",
    ),
    "a server that listens late": (
        f"import time\ntime.sleep(1)\n{http('self.answer(200, str(5))')}",
        "serves on port 8000: / 200",
    ),
    "an interface with an empty front page": (
        http("self.answer(200, '' if self.path == '/' else '{}', 'text/html')\nroutes = '/api'"),
        "serves on port 8000: / 200, /api 200",
    ),
    "a page about tracebacks": (
        http("self.answer(200, 'File \"tips.py\", line 3, in tip: ValueError')"),
        "serves on port 8000: / 200",
    ),
    "a server for one client": (
        "import socket\nserver = socket.create_server(('', 9000))\n"
        "client, _ = server.accept()\nprint(client.recv(100))\n",
        "takes connections on port 9000",
    ),
}


@pytest.mark.parametrize("server", RIGHT)
async def test_a_right_server_serves(see: See, server: str) -> None:
    text, words = RIGHT[server]
    sighting = await see({"main.py": text})
    assert (sighting.holds, sighting.how) == (True, words), sighting.output


async def test_one_that_is_at_work_on_its_first_answer_is_given_time(
    see: See, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "ANSWER_SECONDS", 0.2)
    builds = "import time\nwhile time.process_time() < 1: pass\nself.answer(200, 'built')"
    sighting = await see({"main.py": http(builds)})
    assert (sighting.holds, sighting.how) == (True, "serves on port 8000: / 200")


async def test_one_that_streams_to_a_reader_who_has_left_is_not_frozen(
    see: See, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "ANSWER_SECONDS", 0.5)
    streams = "import time\nself.answer(200, 'data: 1\\n\\n', 'text/event-stream')\ntime.sleep(99)"
    sighting = await see({"main.py": http(streams)})
    assert (sighting.holds, sighting.how) == (True, "serves on port 8000: / 200")


WRONG = {
    "every request raises": (
        http("self.answer(200, self.pages[self.path])"),
        "complains of a fault of its own when it is asked",
    ),
    "one of its routes raises": (
        http("if self.path == '/stats':\n    raise KeyError\nself.answer(200, 'here')"),
        "GET /stats is not answered",
    ),
    "one of its routes fails": (
        http("self.answer(500 if self.path == '/stats' else 200, 'here')"),
        "GET /stats is answered with 500",
    ),
    "a request ends it": (
        sockets("client.recv(100).uper()"),
        "ended with exit code 1 when it was asked on port 9000",
    ),
    "it answers 200 and a traceback": (
        http(
            "import traceback\ntry:\n    self.pages\nexcept AttributeError:\n"
            "    self.answer(200, '<pre>' + traceback.format_exc().replace('\"', '&quot;'), 'text/html')"
        ),
        "GET / is answered with a traceback",
    ),
    "its page is empty": (
        http("self.answer(200, ' ', 'text/html')"),
        "GET / is answered with an empty page",
    ),
    "every request raises, and it listens late": (
        f"import time\ntime.sleep(1)\n{http('self.answer(200, self.pages)')}",
        "complains of a fault of its own when it is asked",
    ),
    "a line ends it": (
        sockets("number = client.recv(100)\nif number: int(number)"),
        "ended with exit code 1 when it was asked on port 9000",
    ),
}


@pytest.mark.parametrize("server", WRONG)
async def test_a_broken_server_does_not_start(see: See, server: str) -> None:
    text, words = WRONG[server]
    sighting = await see({"main.py": text})
    assert (sighting.holds, sighting.how) == (False, words), sighting.output


FROZEN = {
    "with its first request": (
        "while True: pass",
        "is busy with a request on port 8000 and does not answer",
    ),
    "with its second request": (
        "import threading\nlock = Handler.__dict__.get('lock') or threading.Lock()\nHandler.lock = lock\n"
        "lock.acquire()\nself.answer(200, 'here')",
        "answers its first request, and the same once more it does not",
    ),
}


@pytest.mark.parametrize("when", FROZEN)
async def test_a_frozen_server_does_not_start(
    see: See, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr(process, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(process, "WORK_SECONDS", 1.0)
    body, words = FROZEN[when]
    sighting = await see({"main.py": http(body)})
    assert (sighting.holds, sighting.how) == (False, words), sighting.output


async def test_a_server_that_serves_nothing_that_was_asked_for_is_unseen(see: See) -> None:
    sighting = await see({"main.py": http("self.answer(404, 'not here')")})
    assert sighting.holds is None
    assert sighting.how == "serves on port 8000, but none of the paths that were asked for"


async def test_a_server_that_asks_others_needs_the_network(see: See) -> None:
    body = (
        "from urllib.request import urlopen\ntry:\n    urlopen('http://10.1.2.3')\n"
        "except OSError:\n    self.answer(502, 'no answer')"
    )
    sighting = await see({"main.py": http(body)})
    assert (sighting.holds, "needs the network" in sighting.how) == (None, True)


NODE = {
    "serves": ("response.end('hello')", True),
    "raises": ("response.end(request.session.user)", False),
}


@pytest.mark.parametrize("server", NODE)
async def test_servers_of_node_are_asked_too(see: See, server: str) -> None:
    if not shutil.which("node"):
        pytest.skip("needs node")
    body, holds = NODE[server]
    text = f"require('http').createServer((request, response) => {{ {body}; }}).listen(3000);\n"
    sighting = await see({"server.js": text})
    words = "serves on port 3000: / 200" if holds else "ended with exit code 1 when it was asked"
    assert (sighting.holds, words in sighting.how) == (holds, True), sighting.how
