"""Asking a program that takes connections for what it serves."""

from __future__ import annotations

import contextlib
import re
import select
import socket
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from .processes import LOOKS_ASLEEP, are_asleep, listening
from .program import Program

HOSTS = ("127.0.0.1", "::1")
LOOK_SECONDS = 0.1
LINE = b"hello\r\n"
MOST_ROUTES = 12
MOST_BODY = 1024 * 1024
SOURCES = {".py", ".js", ".mjs", ".cjs", ".ts", ".go", ".rb", ".php", ".java", ".rs"}
MOST_SOURCE = 400_000
ROUTE = re.compile(r"""["'`](/[\w\-./<>:{}\[\]]{0,60})["'`]""")
PLACEHOLDER = re.compile(r"<[^>/]{0,60}>|\{[^}/]{0,60}\}|\[[^\]/]{0,60}\]|:\w+")
"""What stands for a value in a route: `<int:id>`, `{id}`, `[id]`, `:id`."""
OWN_PLACE = re.compile(
    rb"""/box/[^\s"'<>&]{1,200}(?:["']|&quot;|&\#x?\d+;)?(?:, line \d|:\d+:\d)"""
)
"""A line of the product's own, as tracebacks name it, also where they are shown on a page."""
STREAM, HTML = "text/event-stream", "text/html"
OK = 200
Answer = dict[str, Any]


class Patience:
    """How long an answer is waited for: longer while a program is at work on it, as on its first one."""

    def __init__(self, answer_seconds: float, work_seconds: float) -> None:
        self.answer_seconds, self._work_seconds = answer_seconds, work_seconds

    def sees(self, connection: socket.socket) -> bool:
        """Whether anything comes. Of the time for work, each wait uses up what it takes."""
        if select.select([connection], [], [], self.answer_seconds)[0]:
            return True
        looks = 0
        while looks < LOOKS_ASLEEP and self._work_seconds > 0:
            if select.select([connection], [], [], LOOK_SECONDS)[0]:
                return True
            self._work_seconds -= LOOK_SECONDS
            looks = looks + 1 if are_asleep() else 0
        return False


def serve(program: Program, patience: Patience) -> dict[str, Any]:
    """Where it listens, what it answered to each route, and what it had said by then."""
    port = listening()[0]
    answers: list[Answer] = []
    with contextlib.ExitStack() as waiting:
        for route in ["/", "/", *_routes()]:  # whoever asks twice sees whether it goes on
            answer = _ask(port, route, waiting, patience)
            program.rest()
            answers.append(answer)
            speaks = any("status" in each for each in answers)
            if program.exit_code is not None or answer.get("cut") or not speaks:
                break
        return _told(port, answers, program, patience)


def browse(served: dict[str, Any], program: Program) -> None:
    """Open the first page that it serves, if it does, and add what was seen of it."""
    route = next((each["route"] for each in served["answers"] if each["page"]), None)
    if route and program.exit_code is None:
        from .page import used

        served["page"] = used(f"http://127.0.0.1:{served['port']}{route}", served=True)
        served["page_route"] = route
        program.rest()
        served["stderr"] = program.said()[1]


def _told(port: int, answers: list[Answer], program: Program, patience: Patience) -> dict[str, Any]:
    spoke = [answer for answer in answers if "status" in answer]
    reached = bool(spoke) or program.exit_code is not None or _say_a_line(port, program, patience)
    return {
        "port": port,
        "reached": reached,
        "answers": spoke,
        "cut": answers[-1]["route"] if spoke and answers[-1].get("cut") else "",
        "mute": _fell_silent(answers),
        "busy": program.exit_code is None and len(spoke) < len(answers) and not are_asleep(),
        "stderr": program.said()[1],
    }


def _fell_silent(answers: list[Answer]) -> bool:
    """Whether it answered the first request, and not the same once more. One that streams may still be
    at the first."""
    first, second = answers[0], answers[min(1, len(answers) - 1)]
    return "status" in first and first["kind"] != STREAM and "status" not in second


def _ask(port: int, route: str, waiting: contextlib.ExitStack, patience: Patience) -> Answer:
    """Without a status where nothing came in time, or what came was no answer of HTTP: `cut` then.

    Who was not answered in time stays on the line: a server that speaks no HTTP may hand on what
    others say, and nobody has left it.
    """
    connection = HTTPConnection("localhost", port)
    with contextlib.ExitStack() as closing:
        closing.callback(connection.close)
        try:
            connection.sock = _connected(port, patience)
            connection.request("GET", route)
            if not patience.sees(connection.sock):
                raise TimeoutError
            response = connection.getresponse()
            kind = response.headers.get_content_type()
            body = b"" if kind == STREAM else response.read(MOST_BODY)
        except TimeoutError:
            waiting.push(closing.pop_all())
            return {"route": route}
        except (OSError, HTTPException):
            return {"route": route, "cut": True}
        is_shown = response.status == OK and kind == HTML
        return {
            "route": route,
            "status": response.status,
            "kind": kind,
            "page": is_shown and body.lstrip().startswith(b"<"),
            "empty": is_shown and not body.strip(),
            "traced": response.status == OK and OWN_PLACE.search(body) is not None,
        }


def _say_a_line(port: int, program: Program, patience: Patience) -> bool:
    """Whether it could be said."""
    try:
        with _connected(port, patience) as client:
            client.sendall(LINE)
            program.rest()
    except OSError:
        return False
    program.rest()
    return True


def _connected(port: int, patience: Patience) -> socket.socket:
    """A connection by whichever version of the protocol. Raises OSError."""
    for host in HOSTS[:-1]:
        with contextlib.suppress(OSError):
            return socket.create_connection((host, port), timeout=patience.answer_seconds)
    return socket.create_connection((HOSTS[-1], port), timeout=patience.answer_seconds)


def _routes() -> list[str]:
    """The paths that the product's sources name, with a value where they leave one open."""
    found: dict[str, None] = {}
    for file in sorted(Path().rglob("*")):
        if file.suffix in SOURCES and "test" not in file.name and file.is_file():
            text = file.read_text(errors="replace")[:MOST_SOURCE]
            found |= dict.fromkeys(PLACEHOLDER.sub("1", route) for route in ROUTE.findall(text))
    return [route for route in found if len(route) > 1 and "//" not in route][:MOST_ROUTES]
