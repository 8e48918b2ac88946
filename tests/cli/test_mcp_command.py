"""`softhouse mcp`: another program begins, watches, steers and fetches runs, by the SDK's own client."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from mcp import Client, StdioServerParameters

from company.cli.mcp.server import server_of
from company.cli.mcp.watching import MOST_LINES
from tests.support.command_line import ROOT, Softhouse
from tests.support.houses import write_cards
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from tests.support.steering import Hold

OWN_PROVIDER = {
    "title": "Mine",
    "default_model": "scripted",
    "context_window": 32_000,
    "own_machine": True,
    "capabilities": {
        "structured": "none",
        "images": False,
        "usage_in_stream": True,
        "seed": True,
    },
}


def a_company_of_two_phases(folder: Path) -> None:
    talk = {"instructor": "cto", "assistant": "programmer"}
    plan = {"title": "Plan", "talk": talk, "prompt": "Plan it", "yields": {"report": None}}
    code = {"title": "Code", "talk": talk, "prompt": "Write it", "yields": {"files": {}}}
    write_cards(folder, "phases", plan=plan, code=code)
    write_cards(folder, "chains", tiny={"steps": ["plan", "code"]})
    no_sandbox = {"sandbox": "none", "model": "mine:scripted"}
    card = {"title": "Tiny", "chain": "tiny", "defaults": no_sandbox}
    write_cards(folder, "companies", tiny=card)


@asynccontextmanager
async def served(folder: Path, provider: ScriptedProvider) -> AsyncIterator[Client]:
    """A client of `softhouse mcp`, which it started itself."""
    config = folder / "config"
    config.mkdir()
    mine = {"mine": {**OWN_PROVIDER, "base_url": provider.url}}
    (config / "providers.yaml").write_text(yaml.safe_dump(mine))
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "softhouse", "mcp", "--products", str(folder / "products")],
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOFTHOUSE_CONFIG": str(config)},
        cwd=folder,
    )
    async with Client(server) as client:
        yield client


async def called(client: Client, tool: str, **arguments: Any) -> Any:
    """What a tool came to. Fails where it could not be called."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content.get("result", result.structured_content)


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    """Why a tool could not be called."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return "".join(getattr(part, "text", "") for part in result.content)


class Story:
    """What a client was told of a run so far."""

    def __init__(self, client: Client, run: str) -> None:
        self.lines: list[str] = []
        self._client, self._run, self._next = client, run, 0

    async def look(self) -> Any:
        seen = await called(self._client, "watch_run", run=self._run, since=self._next)
        self.lines += seen["happened"]
        self._next = seen["next"]
        return seen

    async def until(self, words: str, times: int = 1) -> Any:
        """The run as it stands when so many lines say that."""
        while True:
            seen = await self.look()
            if sum(words in line for line in self.lines) >= times:
                return seen


@pytest.mark.slow  # Four processes of the command line: the server, the run, and the run resumed.
async def test_a_run_is_begun_watched_steered_stopped_resumed_and_fetched(tmp_path: Path) -> None:
    a_company_of_two_phases(tmp_path)
    plan, again = Hold("not heard"), Hold("A plan.")
    program = file_block("main.py", "print('hello')")
    async with (
        ScriptedProvider([plan, again, program]) as provider,
        served(tmp_path, provider) as client,
    ):
        run = await called(client, "start_run", task="a clock", company="tiny", calls=3)
        await plan.asked.wait()
        story = Story(client, run)
        assert (await story.look())["status"] == "running"
        await called(client, "stop_run", run=run)
        assert (await story.until("end "))["status"] == "stopped"
        assert [each["status"] for each in await called(client, "list_runs")] == ["stopped"]

        await called(client, "resume_run", run=run)
        await again.asked.wait()
        await called(client, "say", run=run, role="programmer", text="In one file.")
        await called(client, "set_limits", run=run, calls=9)
        await story.until("9 calls")
        again.let_go()
        assert (await story.until("end ", times=2))["exit_code"] == 0
        assert "In one file." in str(provider.calls[-1].body)
        assert await called(client, "list_files", run=run) == [{"path": "main.py", "bytes": 15}]
        assert await called(client, "read_file", run=run, path="main.py") == "print('hello')\n"


CANNOT_BE_HAD = [
    ("start_run", {"task": "x", "model": " url:http://127.0.0.1:9#m"}, "cannot name an address"),
    ("start_run", {"task": "x", "company": "companies/mine.yaml"}, "There is no company"),
    ("start_run", {"task": "x", "model": "replay:/home/them/run"}, "nor a recorded run"),
    ("start_run", {"task": "x", "model": "replay:theirs"}, "nor a recorded run"),
    ("start_run", {"task": "x", "model": "local:/tmp/theirs.gguf"}, "neither a file of weights"),
    ("start_run", {"task": "x", "model": "local:~/theirs.GGUF"}, "neither a file of weights"),
    ("start_run", {"task": "x", "model": "local:theirs.gguf"}, "neither a file of weights"),
    ("watch_run", {"run": "/home/them/run"}, "no run"),
    ("watch_run", {"run": "theirs"}, "no run of"),
    ("say", {"run": "demo", "role": "programmer", "text": "hello"}, "Nobody works on demo"),
    ("read_file", {"run": "demo", "path": "../journal.jsonl"}, "There is no file"),
]


async def test_what_only_a_person_can_allow_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "journal.jsonl").write_text("{}\n")
    async with Client(server_of(tmp_path / "products")) as client:
        for tool, arguments, told in CANNOT_BE_HAD:
            assert told in await refusal(client, tool, **arguments)
        offered = {each.name: each.input_schema for each in (await client.list_tools()).tools}
        limits = {"usd", "tokens", "calls", "seconds"}
        assert offered["start_run"]["properties"].keys() == {"task", "company", "model"} | limits


async def test_a_long_past_is_told_a_piece_at_a_time(tmp_path: Path) -> None:
    async with Client(server_of(tmp_path)) as client:
        story = Story(client, "demo-waterfall")
        pieces = [await story.look() for _ in range(3)]
        assert pieces[0]["status"] == "unverified"
        assert len(pieces[0]["happened"]) <= MOST_LINES + 10
        assert story.lines[-1].startswith("end ")
        assert pieces[-1]["happened"] == []


def test_without_the_sdk_it_says_how_to_get_it(
    softhouse: Softhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for loaded in ("company.cli.mcp.server", "mcp.server.mcpserver"):
        monkeypatch.delitem(sys.modules, loaded, raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    assert "pip install 'softhouse[mcp]'" in softhouse("mcp").fails_with(2)
