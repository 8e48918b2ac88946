"""Replies that call tools, in every shape in which servers and models write them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.engine.model_calls import Reply as Said
from company.engine.tool_protocol import calls_in, exchange, offered, read_call
from company.models.reply_calls import ReplyCalls
from company.tools.registry import tools_named
from company.tools.tool import BadCall
from tests.support.asking import asking
from tests.support.scripted_provider import Reply
from tests.support.streams import DONE, JSON_DOCUMENT, chunk, event, raw
from warehouse.events import CompletionResult, ToolCall

NAMES = ["list", "read", "edit", "run"]
TOOLS = tools_named(NAMES)
PATH = '{"path": "main.py"}'
READ, LIST = ("read", {"path": "main.py"}), ("list", {})
OTHER = ("read", {"path": "b.py"})
Call = tuple[str, dict[str, Any]]


def piece(*calls: Any, **more: Any) -> bytes:
    """A chunk of a stream with pieces of calls."""
    delta = {"tool_calls": list(calls), **more}
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


def call(name: Any = None, arguments: Any = None, **more: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {
        "function": {key: value for key, value in function.items() if value is not None},
        **more,
    }


def ending(reason: Any = "tool_calls") -> bytes:
    return chunk(None, reason) + DONE


def document(message: Any, reason: Any = "tool_calls") -> Reply:
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return raw(json.dumps({"choices": [choice]}).encode(), JSON_DOCUMENT)


def one(**more: Any) -> dict[str, Any]:
    return {"content": None, "tool_calls": [call("read", PATH, **more)]}


NATIVE: dict[str, tuple[Reply | bytes, list[Call]]] = {
    "in one piece": (piece(call("read", PATH, index=0, id="a")) + ending(), [READ]),
    "arguments in pieces": (piece(call("read", "", index=0, id="a")) + b"".join(piece(call(None, c, index=0)) for c in PATH) + ending(), [READ]),
    "name with every piece": (b"".join(piece(call("read", c, index=0)) for c in (PATH[:5], PATH[5:], "")) + ending(), [READ]),
    "name and id with every piece": (b"".join(piece(call("read", c, index=0, id="a")) for c in (PATH[:5], PATH[5:])) + ending(), [READ]),
    "another id with every piece": (piece(call("read", PATH[:5], index=0, id="a")) + piece(call("read", PATH[5:], index=0, id="b")) + ending(), [READ]),
    "no number": (piece(call("read", PATH[:5], id="a")) + piece(call(None, PATH[5:])) + ending(), [READ]),
    "a number that is none": (piece(call("read", PATH, index="0")) + ending(), [READ]),
    "two side by side": (piece(call("list", "{}", index=0, id="a"), call("read", PATH, index=1, id="b")) + ending(), [LIST, READ]),
    "two by turns": (piece(call("read", '{"path":', index=0, id="a"), call("read", '{"path":', index=1, id="b")) + piece(call(None, '"b.py"}', index=1)) + piece(call(None, '"main.py"}', index=0)) + ending(), [READ, OTHER]),
    "two without numbers": (piece(call("read", PATH, id="a")) + piece(call("read", '{"path": "b.py"}', id="b")) + ending(), [READ, OTHER]),
    "two without numbers and ids": (piece(call("read", PATH)) + piece(call("read", '{"path": "b.py"}')) + ending(), [READ, OTHER]),
    "two of the same number": (piece(call("read", PATH, index=0, id="a")) + piece(call("read", '{"path": "b.py"}', index=0, id="b")) + ending(), [READ, OTHER]),
    "two of the same number and id": (piece(call("read", PATH, index=0, id="a")) + piece(call("list", "{}", index=0, id="a")) + ending(), [READ, LIST]),
    "two alike": (piece(call("list", "", index=0, id="a")) + piece(call("list", "", index=0, id="b")) + ending(), [LIST, LIST]),
    "numbers with gaps": (piece(call("list", "{}", index=3)) + piece(call("read", PATH, index=7)) + ending(), [LIST, READ]),
    "arguments as an object": (piece(call("read", {"path": "main.py"}, index=0)) + ending(), [READ]),
    "arguments as JSON in a string": (piece(call("read", json.dumps(PATH), index=0)) + ending(), [READ]),
    "empty arguments": (piece(call("list", "", index=0, id="a")) + ending(), [LIST]),
    "no arguments": (piece(call("list", index=0, id="a")) + ending(), [LIST]),
    "null for arguments": (piece({"index": 0, "function": {"name": "list", "arguments": None}}) + ending(), [LIST]),
    "the word null for arguments": (piece(call("list", "null", index=0)) + ending(), [LIST]),
    "an argument that is null": (piece(call("read", '{"path": "main.py", "last": null}', index=0)) + ending(), [("read", {"path": "main.py", "last": None})]),
    "parameters for arguments": (piece({"index": 0, "function": {"name": "read", "parameters": {"path": "main.py"}}}) + ending(), [READ]),
    "no function around it": (piece({"index": 0, "id": "a", "name": "read", "arguments": PATH}) + ending(), [READ]),
    "text before it": (chunk("I look.") + piece(call("read", PATH, index=0)) + ending(), [READ]),
    "text after it": (piece(call("read", PATH, index=0)) + chunk("I looked.") + ending(), [READ]),
    "text in the same piece": (piece(call("read", PATH, index=0), content="I look.") + ending(), [READ]),
    "after thoughts": (piece(reasoning_content="hm") + piece(call("read", PATH, index=0)) + ending("stop"), [READ]),
    "the old function_call": (event({"choices": [{"delta": {"function_call": {"name": "read", "arguments": PATH[:4]}}}]}) + event({"choices": [{"delta": {"function_call": {"arguments": PATH[4:]}}}]}) + ending("function_call"), [READ]),
    "a group before its name": (piece(call("functions.read", PATH, index=0)) + ending(), [READ]),
    "as written and as text": (chunk(f'<tool_call>{{"name": "read", "arguments": {PATH}}}</tool_call>') + piece(call("read", PATH, index=0)) + ending(), [READ]),
    "in one document": (document(one(id="a")), [READ]),
    "in one document, as function_call": (document({"function_call": {"name": "read", "arguments": PATH}}, "function_call"), [READ]),
    "in one document, as an object": (document({"tool_calls": [call("read", {"path": "main.py"})], "content": ""}), [READ]),
    "in one document, two": (document({"tool_calls": [call("list"), call("read", PATH)]}), [LIST, READ]),
    "real line ends in a string": (piece(call("run", '{"command": "a\nb"}', index=0)) + ending(), [("run", {"command": "a\nb"})]),
    "a character in two halves": (piece(call("run", '{"command": "\ud83d', index=0)) + piece(call(None, '\ude00"}', index=0)) + ending(), [("run", {"command": "😀"})]),
    "noise among calls": (piece({}, "read", None, call("read", PATH)) + ending(), [READ]),
}  # fmt: skip
REASONS = [
    "tool_calls", "TOOL_CALLS", "tool-calls", "tool_use", "function_call", "FUNCTION_CALL", "stop", "STOP", "eos", "",
    "null", None, "a word of its own",
]  # fmt: skip


async def asked(reply: Reply | bytes) -> CompletionResult:
    async with asking(raw(reply) if isinstance(reply, bytes) else reply) as provider:
        answer = await provider.ask(tools=offered(TOOLS))
        assert provider.calls == 1
        return answer


def read(said: Said) -> list[Call]:
    return [read_call(call, TOOLS) for call in calls_in(said, NAMES)[0]]


@pytest.mark.parametrize("shape", NATIVE)
async def test_a_call_in_the_models_protocol_is_understood_whatever_its_shape(shape: str) -> None:
    reply, calls = NATIVE[shape]
    answer = await asked(reply)

    assert read(Said(answer.text, calls=answer.calls)) == calls
    assert "{" not in answer.text.replace('<tool_call>{"name": "read", "arguments": {"path"', "")


@pytest.mark.parametrize("reason", REASONS)
async def test_a_call_counts_whatever_the_reply_is_said_to_have_ended_with(reason: Any) -> None:
    answer = await asked(piece(call("read", PATH, index=0)) + ending(reason))

    assert read(Said(answer.text, calls=answer.calls)) == [READ]
    is_known = isinstance(reason, str) and reason.lower().replace("-", "_") in (
        "tool_calls",
        "tool_use",
        "function_call",
    )
    assert not is_known or answer.finish_reason == "tool_calls"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (call("read", '{"path": "main.py"'), "'read' was not called: its arguments are no JSON object (Expecting ',' delimiter"),
        (call("read", "main.py"), 'They began with "main.py" and must be such as {"path"'),
        (call("read", "[1, 2]"), "its arguments are no JSON object (something else)"),
        (call("read", "[" * 100_000), "its arguments are no JSON object (nested too deep)"),
        (call("shell", "{}"), "You have no tool 'shell': you have list, read, edit, run."),
        (call(None, "{}"), "You have no tool ''"),
        (call("read", '{"path": {"of": 1}}'), "The argument 'path' cannot be used"),
        (call("read", '{"first": 1e999}'), "The argument 'first' cannot be used"),
        (call("read", '{"path": "\\ud800"}'), "The argument 'path' cannot be used"),
    ],
)  # fmt: skip
async def test_a_call_that_cannot_be_made_is_told(written: Any, told: str) -> None:
    answer = await asked(piece({**written, "index": 0}) + ending())
    said = Said(answer.text, calls=answer.calls)
    (one,) = calls_in(said, NAMES)[0]

    with pytest.raises(BadCall) as complaint:
        read_call(one, TOOLS)
    assert told in str(complaint.value)
    called, _ = exchange(said, [], [str(complaint.value)], set(), is_native=True)
    shown = called["tool_calls"][0]["function"]["arguments"]
    assert isinstance(json.loads(shown), dict), "strict servers take nothing else in their history"


@pytest.mark.parametrize(
    "ids", [("", ""), ("a", "a"), ("a b", "é"), ("x" * 99, "y" * 99), ("a", "b")]
)
def test_every_call_has_an_id_of_its_own_in_the_whole_talk(ids: tuple[str, str]) -> None:
    taken = {"b"}
    said = Said("", calls=tuple(ToolCall("list", "{}", id_) for id_ in ids))
    called, *told = exchange(said, [], ["one", "two"], taken, is_native=True)
    again, *_ = exchange(said, [], ["one", "two"], taken, is_native=True)

    names = [each["id"] for each in (*called["tool_calls"], *again["tool_calls"])]
    assert [each["tool_call_id"] for each in told] == names[:2]
    assert len({*names, "b"}) == 5
    assert all(len(name) <= 40 and name.isascii() and name.isalnum() for name in names)


XML = '<function=edit>\n<parameter=path>\nmain.py\n</parameter>\n<parameter=replace>\nif a < 1:\n    print("x")\n</parameter>\n</function>'
EDIT = ("edit", {"path": "main.py", "replace": 'if a < 1:\n    print("x")'})
JSON_CALL = f'{{"name": "read", "arguments": {PATH}}}'
WRITTEN: dict[str, tuple[str, list[Call]]] = {
    "Hermes": (f"<tool_call>\n{JSON_CALL}\n</tool_call>", [READ]),
    "Hermes, two, the last without its end": (f'<tool_call>{{"name": "list", "arguments": {{}}}}</tool_call>\n<tool_call>{JSON_CALL}', [LIST, READ]),
    "Hermes, in a block of code": (f"<tool_call>\n```json\n{JSON_CALL}\n```\n</tool_call>", [READ]),
    "Hermes, arguments in a string": ('<tool_call>{"name": "read", "arguments": "{\\"path\\": \\"main.py\\"}"}</tool_call>', [READ]),
    "Qwen coder": (f"<tool_call>\n{XML}\n</tool_call>", [EDIT]),
    "Qwen coder without the outer mark": (XML, [EDIT]),
    "Llama": (f"<function=read>{PATH}</function>", [READ]),
    "Llama with its tag": (f'<|python_tag|>{{"name": "read", "parameters": {PATH}}}', [READ]),
    "Mistral": (f'[TOOL_CALLS] [{JSON_CALL}, {{"name": "list", "arguments": {{}}}}]', [READ, LIST]),
    "Mistral, newer": (f"[TOOL_CALLS]read[ARGS]{PATH}", [READ]),
    "Mistral, newer, with ids": (f"[TOOL_CALLS]list[CALL_ID]abcdefghi[ARGS]{{}}[TOOL_CALLS]read[ARGS]{PATH}", [LIST, READ]),
    "DeepSeek": (f"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>read\n```json\n{PATH}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>", [READ]),
    "Kimi": (f"<|tool_calls_section_begin|><|tool_call_begin|>functions.read:0<|tool_call_argument_begin|>{PATH}<|tool_call_end|>", [READ]),
    "GLM": ("<tool_call>read\n<arg_key>path</arg_key>\n<arg_value>main.py</arg_value>\n</tool_call>", [READ]),
    "Claude": ('<function_calls>\n<invoke name="read">\n<parameter name="path">main.py</parameter>\n<parameter name="last">3</parameter>\n</invoke>\n</function_calls>', [("read", {"path": "main.py", "last": 3})]),
    "Claude's JSON": (f'<tool_use>{{"name": "read", "input": {PATH}}}</tool_use>', [READ]),
    "bare JSON": (JSON_CALL, [READ]),
    "bare JSON, parameters": (f'{{"name": "read", "parameters": {PATH}}}', [READ]),
    "bare JSON, tool": ('{"tool": "read", "path": "main.py"}', [READ]),
    "bare JSON, tool and arguments": (f'{{"tool": "read", "arguments": {PATH}}}', [READ]),
    "bare JSON, an argument called input": ('{"tool": "run", "command": "cat", "input": "x"}', [("run", {"command": "cat", "input": "x"})]),
    "bare JSON, as the protocol has it": (f'{{"type": "function", "id": "a", "function": {{"name": "read", "arguments": {json.dumps(PATH)}}}}}', [READ]),
    "bare JSON, a list": (f'[{JSON_CALL}, {{"name": "list"}}]', [READ, LIST]),
    "bare JSON, one a line": (f'{{"name": "list"}}\n{JSON_CALL}\n', [LIST, READ]),
    "a block of JSON": (f"I look.\n```json\n{JSON_CALL}\n```", [READ]),
    "a block of JSON, tool": ('```json\n{"tool": "read", "path": "main.py"}\n```', [READ]),
    "a block without a language": (f"```\n{JSON_CALL}\n```", [READ]),
    "a block called tool_call": (f"```tool_call\n{JSON_CALL}\n```", [READ]),
    "a block called tool": ('```tool\n{"tool": "read", "path": "main.py"}\n```', [READ]),
}  # fmt: skip
NO_CALLS = [
    "All is done.",
    '### package.json\n```json\n{"name": "read", "version": "1.0"}\n```',
    '### a.json\n```json\n{"name": "reader", "arguments": {}}\n```',
    '### a.py\n```python\nMARK = "<tool_call>{}</tool_call>"\n```',
    "### a.md\n````markdown\n<function=read>{}</function>\n```json\n" + JSON_CALL + "\n```\n````",
    '{"language": "Python", "name": "a clock"}',
    "[]",
    "{}",
]


@pytest.mark.parametrize("protocol", ["in words", "native"])
@pytest.mark.parametrize("shape", WRITTEN)
async def test_a_call_in_the_text_is_understood_in_the_marks_of_any_model(
    shape: str, protocol: str
) -> None:
    text, calls = WRITTEN[shape]
    async with asking(text) as provider:
        tools = offered(TOOLS) if protocol == "native" else ()
        answer = await provider.ask(tools=tools)

    assert read(Said(answer.text)) == calls
    assert calls_in(Said(answer.text), NAMES)[1].count("main.py") == 0


@pytest.mark.parametrize("text", NO_CALLS)
def test_what_only_looks_like_a_call_is_none(text: str) -> None:
    assert calls_in(Said(text), NAMES) == ([], text)


@pytest.mark.parametrize("text", ["<tool_call>read main.py</tool_call>", "```tool\nread\n```"])
def test_marks_around_no_call_are_told(text: str) -> None:
    (one,) = calls_in(Said(text), NAMES)[0]
    with pytest.raises(BadCall, match="A call is one JSON object"):
        read_call(one, TOOLS)


@pytest.mark.parametrize("mark", ["<parameter=a>", "<tool_call>", "<invoke name=\"a\">", "```\n", "<arg_key>", "[TOOL_CALLS]"])  # fmt: skip
def test_a_flood_of_marks_takes_no_time(mark: str) -> None:
    calls_in(Said("<function=read>" + mark * 5_000), NAMES)


CALLS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.dictionaries(st.sampled_from(["path", "first"]), st.text(max_size=6)),
    ),
    min_size=1,
    max_size=4,
)
CUTS = st.lists(st.integers(1, 7), min_size=1, max_size=12)


@given(CALLS, CUTS, st.booleans(), st.booleans())
def test_any_cutting_of_the_stream_gives_the_same_calls(
    calls: list[Call], cuts: list[int], has_index: bool, repeats_name: bool
) -> None:
    collected = ReplyCalls({})
    for number, (name, arguments) in enumerate(calls):
        text, at, turn = json.dumps(arguments, ensure_ascii=False), 0, 0
        while at < len(text) or turn == 0:
            size = cuts[turn % len(cuts)]
            is_named = repeats_name or turn == 0
            part = call(name if is_named else None, text[at : at + size])
            part |= {"id": f"call{number}"} if turn == 0 else {}
            part |= {"index": number} if has_index else {}
            collected.take({"tool_calls": [part]})
            at, turn = at + size, turn + 1

    said = Said("", calls=collected.calls)
    assert read(said) == [(name, arguments) for name, arguments in calls]
    assert [each.id for each in said.calls] == [f"call{number}" for number in range(len(calls))]
