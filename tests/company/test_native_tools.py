"""Roles whose models call tools in their own protocol: offered, made, answered, recorded, recalled."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from company.engine.long_talk import LEFT_OUT, within
from company.engine.resources import open_resources
from company.engine.run import Run
from company.engine.tool_protocol import NONE_LEFT, offered
from company.errors import NothingDelivered, ProviderError
from company.models.offered_tools import OfferedTool, spellings
from company.models.provider import providers
from company.models.tokens import estimate_prompt, most
from company.tools.registry import tools_named
from tests.support.asking import KEY, asking
from tests.support.hands import DONE, call, company_with_hands, native, takes_tools
from tests.support.houses import one_phase_company, only_journal, work
from tests.support.scripted_provider import Call, Reply, ScriptedProvider
from warehouse.events import CompletionEnded, CompletionStarted, ToolEnded, ToolStarted
from warehouse.journal.journal import read_events

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


@pytest.mark.slow  # it tries every moment
async def test_cut_off_after_any_line_of_its_journal_a_run_comes_to_the_same(
    tmp_path: Path,
) -> None:
    """No answer is paid for twice, and no call that ended is made again."""
    company_with_hands(tmp_path / "cards", tools=["list", "read", "edit"])
    in_text = '<tool_call>{"name": "list", "arguments": {}}</tool_call>'
    replies = [calling(MAIN, LISTED, text="I write."), calling(READ), in_text, DONE]

    def answer(asked: Call) -> Reply | str:
        return replies[sum(said["role"] == "assistant" for said in asked.body["messages"])]

    async with ScriptedProvider([answer]) as provider, open_resources("none") as resources:
        run = await work(tmp_path, provider)
        journal = run.folder / "journal.jsonl"
        lines, files = journal.read_bytes().splitlines(keepends=True), run.product.files()
        called = results(run.folder, ToolEnded)
        for end in range(1, len(lines)):
            journal.write_bytes(b"".join(lines[:end]))
            known = len(results(run.folder, CompletionEnded))
            asked = len(provider.calls)

            again = Run.reopen(run.folder, resources)
            await again.work()

            assert again.product.files() == files, end
            assert len(provider.calls) - asked == len(replies) - known, end
            assert [each.text for each in results(run.folder, ToolEnded)] == [
                each.text for each in called
            ]


def results(folder: Path, kind: type[Any]) -> list[Any]:
    """What the effects of a kind have come to."""
    events = read_events(folder / "journal.jsonl")
    return [event.data.result for event in events if isinstance(event.data, kind)]


async def test_beyond_the_limit_every_call_is_answered(tmp_path: Path) -> None:
    """Strict providers refuse a call without its answer."""
    asked, _ = await worked(tmp_path, calling(MAIN, LISTED, READ), DONE, calls=1)

    told = asked[1]["messages"][3:]
    assert [each["tool_call_id"] for each in told] == ["one", "two", "three"]
    assert [each["content"] for each in told[1:]] == [NONE_LEFT, NONE_LEFT]


REFUSALS = [
    (400, {"error": {"message": "registry.ollama.ai/library/phi3 does not support tools"}}),
    (400, {"object": "error", "message": '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'}),
    (404, {"error": {"message": "No endpoints found that support tool use. Try disabling \"read\".", "code": 404}}),
    (500, {"error": {"message": "tools param requires --jinja flag", "code": 500}}),
    (422, {"detail": [{"loc": ["body", "tools"], "msg": "Extra inputs are not permitted"}]}),
    (400, {"error": {"message": "The `reasoning_content` in the thinking mode must be passed back."}}),
    (400, {"error": {"message": "Bad Request"}}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "reason"), REFUSALS)
async def test_a_server_that_refuses_tools_is_told_of_them_in_words_from_then_on(
    tmp_path: Path, status: int, reason: dict[str, Any]
) -> None:
    replies = iter([call("edit", path="main.py", replace="1\n"), call("list"), DONE])

    def answer(asked: Call) -> Reply | str:
        if "tools" in asked.body:
            headers = {"Content-Type": "application/json"}
            body = json.dumps(reason).encode()
            return Reply(fault="raw", status=status, body=body, headers=headers)
        return next(replies)

    asked, run = await worked(tmp_path, answer)

    taken = [body for body in asked if "tools" not in body][-3:]
    assert len(asked) == len(taken) + sum("tools" in body for body in asked)
    assert ["tools" in body for body in asked[-2:]] == [False, False], "it is not asked for again"
    assert "A call is a block such as" in taken[0]["messages"][1]["content"]
    assert [message["role"] for message in taken[2]["messages"]] == [
        "system", "user", "assistant", "user", "assistant", "user",
    ]  # fmt: skip
    assert list(run.product.files()) == ["main.py"]


async def test_calls_that_were_made_before_the_refusal_are_told_in_words(tmp_path: Path) -> None:
    """Two calls side by side come to one message, so that roles alternate."""
    replies = iter([calling(MAIN, LISTED, text="I write."), DONE])

    def answer(asked: Call) -> Reply | str:
        if "tools" in asked.body and len(asked.body["messages"]) > 2:
            headers = {"Content-Type": "application/json"}
            return Reply(fault="raw", status=400, body=b'{"error": "no tools"}', headers=headers)
        return next(replies)

    asked, _ = await worked(tmp_path, answer)

    _, _, called, told = asked[-1]["messages"]
    assert called["content"].startswith("I write.\n\n```tool\n")
    assert called["content"].count("```tool") == 2
    assert told["content"].count(" comes to:\n") == 2


async def test_roles_are_made_to_alternate_without_losing_an_answer(tmp_path: Path) -> None:
    replies = iter([calling(MAIN, LISTED), DONE])

    def answer(asked: Call) -> Reply | str:
        if any(message["role"] == "system" for message in asked.body["messages"]):
            headers = {"Content-Type": "application/json"}
            body = b'{"error": "System role not supported"}'
            return Reply(fault="raw", status=400, body=body, headers=headers)
        return next(replies)

    asked, _ = await worked(tmp_path, answer)

    assert [message["role"] for message in asked[-1]["messages"]] == ["user", "assistant", "tool", "tool"]  # fmt: skip
    assert "tools" in asked[-1]


async def test_names_that_no_function_may_have_are_spelt_otherwise_on_the_way() -> None:
    tools = [
        OfferedTool(name, "does it", {"type": "object"}, {})
        for name in ("mcp:files/read", "mcp_files_read", "x" * 70, "x" * 71)
    ]
    spelt = [*spellings(tool.name for tool in tools).values()]
    assert len({*spelt}) == 4
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", name) for name in spelt)
    history = [
        {"role": "user", "content": "u"},
        {"role": "assistant", "content": "", "tool_calls": [native("mcp:files/read", "a", path="b")]},
        {"role": "tool", "tool_call_id": "a", "content": "c"},
    ]  # fmt: skip
    async with asking(calling(native(spelt[0], "a"), native(spelt[1], "b"))) as asked:
        answer = await asked.ask(messages=history, tools=tools)

    assert [call.name for call in answer.calls] == ["mcp:files/read", "mcp_files_read"]
    sent = asked.provider.calls[0].body["messages"][1]["tool_calls"][0]["function"]
    assert sent["name"] == spelt[0]


async def test_a_key_in_arguments_is_cut_out(tmp_path: Path) -> None:
    async with asking(calling(native("read", "a", path=KEY))) as asked:
        (called,) = (await asked.ask(tools=offered(tools_named(["read"])))).calls
    assert called.arguments == '{"path": "[redacted]"}'


async def test_calls_count_where_nobody_reports_tokens() -> None:
    call_of_100 = native("read", "a", path="x" * 400)
    said = {"role": "assistant", "content": "", "tool_calls": [call_of_100]}
    async with asking(Reply(calls=[call_of_100], usage=False)) as asked:
        usage = (await asked.ask(messages=[said], tools=offered(tools_named(["read"])))).usage
    assert usage.completion_tokens > 100
    assert usage.prompt_tokens > 100 + offered(tools_named(["read"]))[0].tokens - 10


@pytest.mark.parametrize("again", [True, False])
async def test_a_role_without_tools_that_calls_one_is_told_so_once(
    tmp_path: Path, again: bool
) -> None:
    talk = {"instructor": "cto", "assistant": "programmer"}
    one_phase_company(tmp_path / "cards", talk=talk, sees=["task"], yields={"files": {}})
    wrong = calling(native("bash", "a", command="ls"))
    replies = [wrong, wrong if again else "### main.py\n```\n1\n```"]
    async with ScriptedProvider(replies) as provider:
        if again:
            with pytest.raises(NothingDelivered):
                await work(tmp_path, provider)
        else:
            await work(tmp_path, provider)

    assert len(provider.calls) == 2
    called, told = provider.calls[1].body["messages"][2:]
    assert called == {"role": "assistant", "content": '{"command": "ls"}'}
    assert told["content"].startswith("You called bash: no tool can be used for this")
    assert "Your reply holds no file" in told["content"]


def exchange_of(number: int, length: int) -> list[dict[str, Any]]:
    """A reply with one or two calls, and what they came to."""
    calls = [native("edit", f"c{number}-{at}", path="a", replace="x" * length) for at in range(number % 2 + 1)]  # fmt: skip
    told = [{"role": "tool", "tool_call_id": each["id"], "content": "y" * length} for each in calls]
    return [{"role": "assistant", "content": "", "tool_calls": calls}, *told]


@pytest.mark.parametrize("length", [300, 3_000])
def test_a_talk_of_400_calls_stays_in_its_window_and_each_call_keeps_its_answer(
    length: int,
) -> None:
    room, prompt = 24_000, [{"role": "system", "content": "s"}, {"role": "user", "content": "p"}]
    view, changed = list(prompt), 0
    for number in range(400):
        view += exchange_of(number, length)
        before = list(view)
        within(view, 2, room)
        changed += view != before

        assert most(estimate_prompt(view)) <= room
        assert view[:2] == prompt
        assert view[-4:] == before[-4:]
        calls = [call for each in view[2:] for call in each.get("tool_calls", ())]
        assert [c["id"] for c in calls] == [m["tool_call_id"] for m in view if m["role"] == "tool"]
        assert all(isinstance(json.loads(c["function"]["arguments"]), dict) for c in calls)
    assert 0 < changed < 400 / 4, "so often prompt caches are of no use"
    assert LEFT_OUT in view[3]["content"]
