"""Roles whose models call tools in their own protocol: offered, made, answered, recorded, recalled."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from company.engine.resources import open_resources
from company.engine.run import Run
from company.engine.tool_protocol import NONE_LEFT
from company.errors import ProviderError
from company.models.provider import providers
from tests.support.hands import DONE, call, company_with_hands, native, takes_tools
from tests.support.houses import only_journal, work
from tests.support.scripted_provider import Reply, ScriptedProvider
from warehouse.events import CompletionEnded, CompletionStarted, ToolEnded, ToolStarted

MAIN = native("edit", "one", path="main.py", replace="print(1)\n")
LISTED = native("list", "two")
READ = native("read", "three", path="main.py")


@pytest.fixture(autouse=True)
def _servers_take_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    takes_tools(tmp_path / "config")
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(tmp_path / "config"))
    providers.cache_clear()
    yield
    providers.cache_clear()


def calling(*calls: dict[str, Any], text: str = "", finish: str = "tool_calls") -> Reply:
    return Reply(text, calls=calls, finish_reason=finish)


async def worked(folder: Path, *replies: Any, **limits: Any) -> tuple[list[dict[str, Any]], Run]:
    """What was asked in each call, and the run."""
    tools = limits.pop("tools", ["list", "read", "edit"])
    company_with_hands(folder / "cards", tools=tools, **limits)
    async with ScriptedProvider(replies) as provider:
        run = await work(folder, provider)
    return [call.body for call in provider.calls], run


async def test_tools_are_offered_called_and_answered_by_their_ids(tmp_path: Path) -> None:
    asked, run = await worked(tmp_path, calling(MAIN, text="I write."), calling(LISTED, READ), DONE)

    names = [each["function"]["name"] for each in asked[0]["tools"]]
    assert names == ["list", "read", "edit"]
    assert asked[0]["tools"][1]["function"]["parameters"]["required"] == ["path"]
    assert "```tool" not in asked[0]["messages"][1]["content"]
    assert "Before you answer you may use your tools." in asked[0]["messages"][1]["content"]
    assert asked[1]["messages"][2:] == [
        {"role": "assistant", "content": "I write.", "tool_calls": [MAIN]},
        {"role": "tool", "tool_call_id": "one", "content": "edit main.py print(1) comes to:\nmain.py has 1 lines now."},
    ]  # fmt: skip
    called, listed, read = asked[2]["messages"][4:]
    assert called == {"role": "assistant", "content": None, "tool_calls": [LISTED, READ]}
    assert (listed["tool_call_id"], read["tool_call_id"]) == ("two", "three")
    assert listed["content"].endswith("main.py (1 lines)")
    assert read["content"].endswith("1: print(1)")
    assert run.product.files() == {"main.py": b"print(1)\n"}


async def test_every_request_begins_like_the_one_before(tmp_path: Path) -> None:
    asked, _ = await worked(tmp_path, calling(MAIN), calling(LISTED), calling(READ), DONE)

    for earlier, later in pairwise(asked):
        assert later["messages"][: len(earlier["messages"])] == earlier["messages"]
        assert later["tools"] == asked[0]["tools"]


async def test_a_reply_is_recorded_with_its_calls_and_a_request_names_its_tools(
    tmp_path: Path,
) -> None:
    await worked(tmp_path, calling(MAIN), DONE)
    journal = [event.data for event in only_journal(tmp_path)]

    (reply, last) = (data.result for data in journal if isinstance(data, CompletionEnded))
    assert [(call.name, call.id) for call in reply.calls] == [("edit", "one")]
    assert (reply.text, reply.finish_reason, last.calls) == ("", "tool_calls", ())
    first, second = (data.request for data in journal if isinstance(data, CompletionStarted))
    assert first.tools == second.tools == ("list", "read", "edit")
    (call,) = (data.request for data in journal if isinstance(data, ToolStarted))
    assert call.arguments == {"path": "main.py", "replace": "print(1)\n"}


async def test_a_run_taken_up_again_repeats_no_call(tmp_path: Path) -> None:
    """Also where its provider is said to take no tools any more: it is told in words."""
    company_with_hands(tmp_path / "cards", tools=["list", "edit"])
    replies = [calling(MAIN), Reply(fault="leaky"), call("list"), DONE]
    async with ScriptedProvider(replies) as provider:
        with pytest.raises(ProviderError):
            await work(tmp_path, provider)
        (tmp_path / "config" / "providers.yaml").unlink()
        providers.cache_clear()
        async with open_resources("none") as resources:
            (folder,) = (tmp_path / "products").iterdir()
            run = Run.reopen(folder, resources)
            await run.work()

    ended = [event for event in only_journal(tmp_path) if isinstance(event.data, ToolEnded)]
    assert len(ended) == 2
    assert list(run.product.files()) == ["main.py"]
    in_words = provider.calls[2].body
    assert "tools" not in in_words
    prompt, called, told = in_words["messages"][1:]
    assert prompt["content"].endswith("makes a new file")
    assert called["content"].startswith('```tool\n{"tool": "edit", "path": "main.py"')
    assert told == {
        "role": "user",
        "content": "edit main.py print(1) comes to:\nmain.py has 1 lines now.",
    }


async def test_beyond_the_limit_every_call_is_answered(tmp_path: Path) -> None:
    """Strict providers refuse a call without its answer."""
    asked, _ = await worked(tmp_path, calling(MAIN, LISTED, READ), DONE, calls=1)

    told = asked[1]["messages"][3:]
    assert [each["tool_call_id"] for each in told] == ["one", "two", "three"]
    assert [each["content"] for each in told[1:]] == [NONE_LEFT, NONE_LEFT]
