"""Finds the answer in what a model wrote, wherever its server has left it.

Templates lose opening tags, servers show the marks of channels, and some put the whole answer where
thoughts belong or into the arguments of a tool that nobody offered.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from warehouse.events import ToolCall

_END_MARKS = (
    *(f"<|{mark}|>" for mark in ("return", "end", "im_end", "eot_id", "endoftext", "call")),
    "</s>",
    "<end_of_turn>",
)
_FINAL_CHANNEL = re.compile(r"<\|channel\|>\s*final\b[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>")
_ANY_CHANNEL = re.compile(r"\s*(?:<\|start\|>\s*assistant\s*)?<\|channel\|>")
_LOST_MARKS = re.compile(r"\Aanalysis(?=[A-Z\s]).*?assistantfinal(?=\S|\s)", re.DOTALL)
"""What is left of two channels where a server has dropped the marks only."""
_THOUGHT_ENDS = re.compile(
    r"(?:</(?:think|thinking|thought|reasoning)>|\[/THINK\]|◁/think▷)[ \t]*(?=\n|\Z)", re.IGNORECASE
)
_THOUGHT_BEGINS = re.compile(
    r"<(?:think|thinking|thought|reasoning)>|\[THINK\]|◁think▷", re.IGNORECASE
)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})", re.MULTILINE)
_PATHS, _CONTENTS = (
    ("path", "file", "filename", "file_path"),
    ("content", "contents", "text", "code"),
)
_TEXTS = ("content", "text", "answer", "response", "message", "output", "final_answer")


def answer_in(text: str) -> str:
    """The text without thoughts and marks that are no part of the answer."""
    if "<|" in text or "</s>" in text or "<end_of_turn>" in text:
        text = _without_end_marks(text)
        if _ANY_CHANNEL.match(text):
            final = list(_FINAL_CHANNEL.finditer(text))
            return text[final[-1].end() :] if final else ""
    if text.startswith("analysis"):
        text = _LOST_MARKS.sub("", text, count=1)
    begun = _THOUGHT_BEGINS.match(text.lstrip())
    return text.lstrip()[begun.end() :] if begun else _after_thoughts(text)


def _without_end_marks(text: str) -> str:
    end = _bare_end(text, len(text))
    while mark := next((mark for mark in _END_MARKS if text.endswith(mark, 0, end)), ""):
        end = _bare_end(text, end - len(mark))
    return text[:end]


def _bare_end(text: str, end: int) -> int:
    """Where the text before `end` ends without the spaces that follow it."""
    while end and text[end - 1].isspace():
        end -= 1
    return end


def _after_thoughts(text: str) -> str:
    """What follows the end of a thought whose beginning stood in the prompt.

    An end within a block of code, or one that has its beginning, belongs to the answer.
    """
    begun = _THOUGHT_BEGINS.search(text)
    first_begun = begun.start() if begun else len(text)
    fences, counted_to = 0, 0
    for end in _THOUGHT_ENDS.finditer(text):
        if end.start() > first_begun:
            break
        fences += len(_FENCE.findall(text, counted_to, end.start()))
        counted_to = end.start()
        if fences % 2 == 0 and (answer := text[end.end() :].lstrip()):
            return answer
    return text


def text_of_calls(calls: Iterable[ToolCall]) -> str:
    """The answer that stands in the arguments of tools that nobody offered; empty where there is none."""
    return "\n\n".join(filter(None, (_text_of(call.arguments) for call in calls)))


def _text_of(arguments: str) -> str:
    """A file as a block under its name, a text as itself, anything else as the JSON that it is."""
    try:
        holds = json.loads(arguments)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(holds, dict):
        return ""
    path, content = _first(holds, _PATHS), _first(holds, _CONTENTS)
    if path and content:
        longest = max((len(run) for run in re.findall("`+", content)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"### {path}\n{fence}\n{content.rstrip()}\n{fence}"
    alone = _first(holds, _TEXTS) if len(holds) == 1 else ""
    return alone or arguments


def _first(holds: dict[str, Any], names: Iterable[str]) -> str:
    return next((str(holds[n]) for n in names if isinstance(holds.get(n), str) and holds[n]), "")
