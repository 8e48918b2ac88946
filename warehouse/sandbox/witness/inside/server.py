"""Asking a program that takes connections for what it serves."""

from __future__ import annotations

import contextlib
import re
import socket
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from .processes import are_asleep, listening
from .program import Program

HOSTS = ("127.0.0.1", "::1")
ANSWER_SECONDS = 3.0
LINE = b"hello\r\n"
MOST_ROUTES = 12
MOST_BODY = 1024 * 1024
SOURCES = {".py", ".js", ".mjs", ".cjs", ".ts", ".go", ".rb", ".php", ".java", ".rs"}
MOST_SOURCE = 400_000
ROUTE = re.compile(r"""["'`](/[\w\-./<>:{}\[\]]{0,60})["'`]""")
PLACEHOLDER = re.compile(r"<[^>/]{0,60}>|\{[^}/]{0,60}\}|\[[^\]/]{0,60}\]|:\w+")
"""What stands for a value in a route: `<int:id>`, `{id}`, `[id]`, `:id`."""
STREAM, HTML = "text/event-stream", "text/html"
OK = 200
Answer = dict[str, Any]


def serve(program: Program) -> dict[str, Any]:
    """Where it listens, what it answered to each route, and what it had said by then."""
    port = listening()[0]
    answers: list[Answer] = []
    with contextlib.ExitStack() as waiting:
        for route in ["/", *_routes()]:
            answer = _ask(port, route, waiting)
            program.rest()
            answers.append(answer)
            speaks = any("status" in each for each in answers)
            if program.exit_code is not None or answer.get("cut") or not speaks:
                break
        return _told(port, answers, program)


def browse(served: dict[str, Any], program: Program) -> None:
    """Open the first page that it serves, if it does, and add what was seen of it."""
    route = next((each["route"] for each in served["answers"] if each["page"]), None)
    if route and program.exit_code is None:
        from .page import used

        served["page"] = used(f"http://127.0.0.1:{served['port']}{route}", served=True)
        served["page_route"] = route
        program.rest()
        served["stderr"] = program.said()[1]


def _told(port: int, answers: list[Answer], program: Program) -> dict[str, Any]:
    spoke = [answer for answer in answers if "status" in answer]
    reached = bool(spoke) or program.exit_code is not None or _say_a_line(port, program)
    return {
        "port": port,
        "reached": reached,
        "answers": spoke,
        "cut": answers[-1]["route"] if spoke and answers[-1].get("cut") else "",
        "busy": program.exit_code is None and len(spoke) < len(answers) and not are_asleep(),
        "stderr": program.said()[1],
    }


def _ask(port: int, route: str, waiting: contextlib.ExitStack) -> Answer:
    """Without a status where nothing came in time, or what came was no answer of HTTP: `cut` then.

    Who was not answered in time stays on the line: a server that speaks no HTTP may hand on what
    others say, and nobody has left it.
    """
    connection = HTTPConnection("localhost", port)
    with contextlib.ExitStack() as closing:
        closing.callback(connection.close)
        try:
            connection.sock = _connected(port)
            connection.request("GET", route)
            response = connection.getresponse()
            kind = response.headers.get_content_type()
            body = b"" if kind == STREAM else response.read(MOST_BODY)
        except TimeoutError:
            waiting.push(closing.pop_all())
            return {"route": route}
        except (OSError, HTTPException):
            return {"route": route, "cut": True}
        is_page = response.status == OK and kind == HTML and body.lstrip().startswith(b"<")
        return {"route": route, "status": response.status, "kind": kind, "page": is_page}


def _say_a_line(port: int, program: Program) -> bool:
    """Whether it could be said."""
    try:
        with _connected(port) as client:
            client.sendall(LINE)
            program.rest()
    except OSError:
        return False
    program.rest()
    return True


def _connected(port: int) -> socket.socket:
    """A connection by whichever version of the protocol. Raises OSError."""
    for host in HOSTS[:-1]:
        with contextlib.suppress(OSError):
            return socket.create_connection((host, port), timeout=ANSWER_SECONDS)
    return socket.create_connection((HOSTS[-1], port), timeout=ANSWER_SECONDS)


def _routes() -> list[str]:
    """The paths that the product's sources name, with a value where they leave one open."""
    found: dict[str, None] = {}
    for file in sorted(Path().rglob("*")):
        if file.suffix in SOURCES and "test" not in file.name and file.is_file():
            text = file.read_text(errors="replace")[:MOST_SOURCE]
            found |= dict.fromkeys(PLACEHOLDER.sub("1", route) for route in ROUTE.findall(text))
    return [route for route in found if len(route) > 1 and "//" not in route][:MOST_ROUTES]
