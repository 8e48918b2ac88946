"""Roles use a product as a person would: what they do with it, what they see, and what is kept of it."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from company.cli.export.html import as_html
from company.cli.export.markdown import as_markdown
from company.cli.opened import open_run
from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from company.engine.run import Run
from company.engine.workspace.hands import Hands
from company.engine.workspace.workbench import Workbench
from company.errors import ProviderError
from company.tools.tool import BadCall
from tests.support.hands import DONE, call, company_with_hands
from tests.support.houses import house, only_journal, work
from tests.support.sandboxes import make_backend
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import Reply, ScriptedProvider
from warehouse.events import ToolEnded

PAGE = """\
<title>Shop</title><body style="background: #ff0000"><h1>Milk</h1>
<label>Name <input></label><button onclick="greet()">Greet</button><p>nobody</p>
<script>function greet() { document.querySelector('p').innerText =
  'Hello ' + document.querySelector('input').value; if (window.twice) missing(); window.twice = true }</script>
"""
ASKS = 'name = input("Name? ")\nprint("Hello", name.upper())\nopen("kept", "a").write(name)\n'
KEYS = """\
import curses
def main(screen):
    screen.addstr(2, 3, "Menu")
    key = screen.getkey()
    screen.erase()
    screen.addstr(0, 0, f"<{key}>")
    screen.getkey()
curses.wrapper(main)
"""
WINDOW = """\
import tkinter
root = tkinter.Tk(); root.title("Counter"); root.geometry("200x100")
entry = tkinter.Entry(root); entry.pack(); entry.focus_set()
label = tkinter.Label(root, bg="#00ff00"); label.pack(fill="both", expand=True)
entry.bind("<Return>", lambda _: (label.config(bg="#0000ff"), print(entry.get(), flush=True)))
root.mainloop()
"""
SERVER = """\
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<h1>You are at {self.path}</h1><a href=/more>More</a>".encode())
    def log_message(self, *_): pass
ThreadingHTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
"""


async def seen(folder: Path, program: str, *uses: str) -> tuple[str, Hands]:
    """What the last of several uses of a program shows."""
    backend = await make_backend("bubblewrap", folder / "cache")
    hands = Hands({"main.py": program.encode()}, Workbench("bubblewrap", backend, folder))
    try:
        told = [await hands.use(actions, again=False) for actions in uses]
    finally:
        await backend.close()
    return told[-1], hands


async def test_a_program_is_used_at_a_terminal_and_goes_on_where_it_was(tmp_path: Path) -> None:
    told, hands = await seen(tmp_path, ASKS, "", "enter Anna")
    assert told == ("The terminal shows:\nName? Anna\nHello ANNA\nIt has ended, with exit code 0.")
    assert hands.actions == ["enter Anna"]
    assert list(hands.texts) == ["main.py"], "what it writes when it is used is no part of it"


async def test_single_keys_and_a_screen_that_is_drawn_are_understood(tmp_path: Path) -> None:
    told, _ = await seen(tmp_path, KEYS, "press x\nclick Menu")
    assert told == (
        "The terminal shows:\n<x>\n1 of 2 actions were done: 'click' cannot be done here."
    )


async def test_a_window_is_clicked_typed_at_and_photographed(tmp_path: Path) -> None:
    told, hands = await seen(tmp_path, WINDOW, "click 30 10\ntype An: B!\npress Enter")
    assert "A window of 200×100 is open, called 'Counter'." in told
    assert "In the terminal stands:\nAn: B!" in told
    assert "largest area first: #0000ff" in told
    assert [picture.title for picture in hands.pictures] == ["The window as it was used"]


async def test_what_a_program_serves_is_used_in_a_browser(tmp_path: Path) -> None:
    told, _ = await seen(tmp_path, SERVER, "click more")
    assert "You are at /more" in told
    assert "It has: a More." in told


@pytest.mark.parametrize("actions", ["press", "smash it", "wait long", "click x\n" * 61])
async def test_what_is_no_action_is_told(tmp_path: Path, actions: str) -> None:
    with pytest.raises(BadCall, match="It could not be used"):
        await seen(tmp_path, ASKS, actions)


async def test_a_run_taken_up_again_goes_on_where_the_program_was(tmp_path: Path) -> None:
    company_with_hands(tmp_path / "cards", tools=["edit", "use", "look"])
    program = file_block("main.py", ASKS + 'print("Bye", input("Town? "))\n')
    replies = [program + call("use", do="enter Anna"), Reply(fault="leaky")]
    async with ScriptedProvider([*replies, call("use", do="enter Bern"), DONE]) as provider:
        with pytest.raises(ProviderError):
            await work(tmp_path, provider, sandbox="bubblewrap")
        async with open_resources("bubblewrap") as resources:
            (folder,) = (tmp_path / "products").iterdir()
            await Run.reopen(folder, resources).work()
    told = provider.calls[-1].body["messages"][-1]["content"]
    assert "Name? Anna\nHello ANNA\nTown? Bern\nBye Bern" in told
    calls = [e.data.result for e in only_journal(tmp_path) if isinstance(e.data, ToolEnded)]
    assert [each.actions for each in calls] == [(), ("enter Anna",), ("enter Anna", "enter Bern")]


def shown(body: dict[str, Any]) -> list[str]:
    """What the last message of a request shows, pictures by the beginning of their data."""
    content = body["messages"][-1]["content"]
    parts = [{"text": content}] if isinstance(content, str) else content
    return [part.get("text") or part["image_url"]["url"][:30] for part in parts]


@pytest.mark.usefixtures("eyes")
@pytest.mark.parametrize("model", ["scripted", "blind"])
async def test_what_is_seen_goes_to_roles_with_eyes_as_a_picture_and_to_others_in_words(
    tmp_path: Path, model: str
) -> None:
    mockup = tmp_path / "mockup.png"
    mockup.write_bytes(b"\x89PNG")
    company_with_hands(tmp_path / "cards", tools=["edit", "use", "look"])
    used = call("use", do="click Name\ntype Anna\nclick greet\nclick Greet")
    looks = [call("look")] if model == "scripted" else []
    replies = [file_block("index.html", PAGE) + used, *looks, DONE]
    async with ScriptedProvider(replies) as provider:
        company = replace(house(tmp_path, provider), model=f"url:{provider.url}#{model}")
        images = [mockup] if model == "scripted" else []
        run = await company.work(
            "a shop", products=tmp_path / "products", sandbox="bubblewrap", images=images
        )
    bodies = [each.body for each in provider.calls]
    words = "\n".join(str(message["content"]) for message in bodies[1]["messages"])
    assert "Hello Anna" in words
    assert "It has: input Name (holds Anna); button Greet." in words
    assert "missing is not defined" in words
    if model == "blind":
        assert all(isinstance(m["content"], str) for body in bodies for m in body["messages"])
        return
    picture = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n").decode()[:8]
    assert shown(bodies[1]) == [
        "The page as it was used:",
        picture,
        "As the task shows it:",
        "data:image/png;base64,iVBORw==",
    ]
    assert "Hello Anna" in json.dumps(bodies[2]["messages"][-2:]), "it is where it was"
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()
        assert (rehearsal.ending is not None, rehearsal.unasked) == (True, [])
        calls = [e.data.result for e in only_journal(tmp_path) if isinstance(e.data, ToolEnded)]
        forked = await Fork.plan(run.folder, "handover", {"seed": "2"}).begin(
            resources, run.folder.parent
        )
    kept = {picture.file for result in calls for picture in result.pictures}
    assert kept
    opened = open_run(str(run.folder), None)
    assert f"attachments/{min(kept)}" in as_html(opened)
    assert min(kept) in as_markdown(opened)
    assert kept < {path.name for path in (forked.folder / "attachments").iterdir()}
