"""Servers of tools, as the SDK makes them and as nobody should."""

import sys
from pathlib import Path

import pytest

from company.mcp.card import OwnServer
from company.mcp.server import MOST_TOOLS, CallFailed, ServerFailed, ToolServer
from tests.support import tool_servers
from tests.support.command_line import ROOT
from tests.support.sandboxes import make_backend
from tests.support.tool_servers import HOSTILE, hostile, reference_over_http


async def use(server: ToolServer) -> None:
    """What holds of the reference server, however it is reached."""
    try:
        add, fail = await server.tools()
        assert (add.name, add.about, fail.name) == ("add", "Adds numbers.", "fail")
        assert add.parameters["properties"]["numbers"]["type"] == "array"
        assert await server.call("add", {"numbers": [1, 2], "options": {"negated": True}}) == "-3"
        with pytest.raises(CallFailed, match="numbers"):
            await server.call("add", {"numbers": "many"})
        with pytest.raises(CallFailed, match="fail"):
            await server.call("fail", {"why": "no"})
        assert await server.call("add", {"numbers": [2, 3]}) == "5"
    finally:
        await server.close()


async def test_the_sdk_s_server_on_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    command = [sys.executable, "-m", tool_servers.__name__]
    card = OwnServer(command=command, host=True, env=["PYTHONPATH"])
    await use(ToolServer("reference", card, None))


async def test_the_sdk_s_server_over_http() -> None:
    async with reference_over_http() as url:
        await use(ToolServer("reference", OwnServer(url=url), None))


async def test_a_server_in_the_sandbox_sees_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTHOUSE_SECRET", "secret")
    (tmp_path / "server.py").write_text(HOSTILE.read_text().replace("{line}", "{dict(os.environ)}"))
    backend = await make_backend("bubblewrap", tmp_path / "cache")
    card = OwnServer(command=["python3", "server.py", "answers"], folder=tmp_path)
    server = ToolServer("boxed", card, backend)
    try:
        assert [each.name for each in await server.tools()] == ["note"]
        seen = await server.call("note", {"line": "x"})
        assert "PATH" in seen
        assert "secret" not in seen
    finally:
        await server.close()
        await backend.close()


async def test_an_answer_that_is_none_is_told_and_the_server_goes_on() -> None:
    server = ToolServer("liar", hostile("sends nonsense"), None)
    try:
        await server.tools()
        for _ in range(2):
            with pytest.raises(CallFailed, match=r"cannot be read: .*content"):
                await server.call("note", {"line": "x"})
    finally:
        await server.close()


@pytest.mark.parametrize("is_listed", [True, False])
async def test_a_server_s_own_expression_is_not_tried_on_its_answers(is_listed: bool) -> None:
    """It doubles its work with each letter, where nothing else could go on: nine tell it as well as ninety."""
    server = ToolServer("liar", hostile("breaks its word"), None)
    try:
        if is_listed:
            await server.tools()
        assert await server.call("note", {"line": "x"}) == '{"kept": "aaaaaaaaa!"}'
    finally:
        await server.close()


@pytest.mark.parametrize(
    ("behaviour", "seconds", "told"),
    [
        ("hangs", 0.3, "did not answer within 0.3 s"),
        ("mixes up ids", 0.3, "did not answer within 0.3 s"),
        ("floods", 30, "said more than 8 MB, or 2,000 lines, at once"),
        ("floods with lines", 30, "said more than 8 MB, or 2,000 lines, at once"),
        ("dies", 30, "It was all too much"),
    ],
)
async def test_a_server_that_cannot_be_used_is_ended_and_started_anew(
    behaviour: str, seconds: float, told: str, tmp_path: Path
) -> None:
    log = tmp_path / "calls"
    server = ToolServer("broken", hostile(behaviour, str(log), seconds=seconds), None)
    try:
        for _ in range(2):
            await server.tools()
            with pytest.raises(ServerFailed, match=told):
                await server.call("note", {"line": "x"})
        assert log.read_text() == "x\nx\n"
    finally:
        await server.close()


async def test_a_server_that_does_not_say_what_it_has_is_told() -> None:
    server = ToolServer("shy", hostile("hides its tools"), None)
    with pytest.raises(ServerFailed, match=r"does not say which tools it has\. no such method\.$"):
        await server.tools()
    await server.close()


async def test_only_what_can_be_called_is_offered() -> None:
    server = ToolServer("odd", hostile("offers what is none"), None)
    (tool,) = await server.tools()
    assert (tool.name, tool.parameters) == ("note", {"type": "object"})
    await server.close()


async def test_an_answer_in_figures_is_told_as_json() -> None:
    server = ToolServer("figures", hostile("answers in figures"), None)
    assert await server.call("note", {"line": "x"}) == '{"kept": "x"}'
    await server.close()


async def test_another_version_of_the_protocol_is_told() -> None:
    with pytest.raises(ServerFailed, match="1066-10-14"):
        await ToolServer("old", hostile("speaks another version"), None).tools()


async def test_a_program_that_is_not_there_is_told() -> None:
    card = OwnServer(command=["/nowhere/server"], host=True)
    with pytest.raises(ServerFailed, match="cannot be started"):
        await ToolServer("gone", card, None).tools()


async def test_what_drives_a_terminal_is_taken_out() -> None:
    server = ToolServer("loud", hostile("drives the terminal"), None)
    try:
        assert await server.call("note", {"line": "x"}) == "red<U+202E>"
    finally:
        await server.close()


async def test_of_a_thousand_tools_so_many_are_told_in_so_many_words() -> None:
    server = ToolServer("loud", hostile("offers a thousand"), None)
    try:
        tools = await server.tools()
        assert len(tools) == MOST_TOOLS
        assert {each.about for each in tools} == {"x" * 500}
    finally:
        await server.close()
