"""What a phase sees: each sight of its card as a ready block of text, trimmed to fit the model.

When a prompt would not fit the context window, it is trimmed by these rules, in this order, until
it does: the history of reports goes; the output of failing checks keeps its end; files keep those
that the checks or comments name, then the main file, then the smallest, and the rest are outlined;
the task keeps its beginning.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from company.inspection import Inspection
from company.state import State
from company.tokens import BYTES_PER_TOKEN, estimate_tokens, most
from phases.phase import Sight

FENCES = {
    "py": "python", "js": "javascript", "mjs": "javascript", "ts": "typescript", "html": "html",
    "css": "css", "json": "json", "md": "markdown", "sh": "bash", "yaml": "yaml", "toml": "toml",
}  # fmt: skip
SHORTEST_TASK = 300
"""Characters of the task that are kept whatever happens."""
SHORT_OUTPUT = 1_500
"""Characters kept of the output of one failing check when a prompt must shrink."""


@dataclass(frozen=True)
class Shown:
    """The blocks by name of sight, and what had to be left out, in words."""

    blocks: dict[str, str]
    trimmed: tuple[str, ...] = ()


def show(sees: Iterable[Sight], state: State, inspection: Inspection) -> Shown:
    """Everything the phase may see, whole."""
    return Shown({sight: _BLOCKS[sight](state, inspection) for sight in sees})


def fit(shown: Shown, state: State, inspection: Inspection, room: int) -> Shown:
    """The same in at most `room` tokens (estimated), by the rules above."""
    blocks, trimmed = dict(shown.blocks), list(shown.trimmed)

    def over() -> int:
        return sum(map(_cost, blocks.values())) - room

    if over() > 0 and blocks.get("history"):
        blocks["history"] = ""
        trimmed.append("earlier reports were left out")
    if over() > 0 and len(blocks.get("execution", "")) > SHORT_OUTPUT:
        blocks["execution"] = "…" + blocks["execution"][-SHORT_OUTPUT:]
        trimmed.append("the checks' output was shortened")
    if over() > 0 and blocks.get("files"):
        left = _cost(blocks["files"]) - over()
        blocks["files"], outlined = _fitting_files(state, inspection, blocks, left)
        trimmed.append(f"only the outlines of {', '.join(outlined)} were shown")
    if over() > 0 and blocks.get("task"):
        keep = max(len(blocks["task"]) - over() * BYTES_PER_TOKEN, SHORTEST_TASK)
        blocks["task"] = blocks["task"][:keep] + " …"
        trimmed.append("the task was cut short")
    return Shown(blocks, tuple(trimmed))


def _fitting_files(
    state: State, inspection: Inspection, blocks: dict[str, str], room: int
) -> tuple[str, list[str]]:
    texts = state.texts
    spoken = blocks.get("execution", "") + blocks.get("comments", "")

    def rank(path: str) -> tuple[bool, bool, int]:
        return (path not in spoken, path != inspection.main, len(texts[path]))

    outlines = inspection.outlines
    left = room - sum(map(_cost, outlines.values()))
    whole = set()
    for path in sorted(texts, key=rank):
        more = _cost(_fenced(path, texts[path])) - _cost(outlines[path])
        if more <= left:
            whole.add(path)
            left -= more
    outlined = [path for path in texts if path not in whole]
    shown = [_fenced(path, texts[path]) if path in whole else outlines[path] for path in texts]
    return "\n\n".join(shown), outlined


def _cost(text: str) -> int:
    """Tokens that a block may come to, a line to part it from the next included."""
    return most(estimate_tokens(text) + 1)


def _fenced(path: str, text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    language = FENCES.get(path.rsplit(".", 1)[-1], "")
    return f"### {path}\n{fence}{language}\n{text.rstrip()}\n{fence}"


def _files(state: State, inspection: Inspection) -> str:
    return "\n\n".join(_fenced(path, text) for path, text in state.texts.items())


def _tests(state: State, inspection: Inspection) -> str:
    return "\n\n".join(_fenced(path, state.texts[path]) for path in inspection.tests)


def _file_list(state: State, inspection: Inspection) -> str:
    return "\n".join(inspection.outlines.values())


def _decisions(state: State, inspection: Inspection) -> str:
    lines = []
    for fields in state.decisions.values():
        for name, value in fields.items():
            words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            lines.append(f"{name}: {words}")
    return "\n".join(lines)


def _execution(state: State, inspection: Inspection) -> str:
    if state.execution is None:
        return ""
    return "\n\n".join(
        f"$ {check.command}\n{check.output.strip()}\n[{check.remark or f'exit code {check.exit_code}'}]"
        for check in state.execution.failures
    )


def _comments(state: State, inspection: Inspection) -> str:
    comments = (state.last_verdict or {}).get("comments") or []
    return "\n".join(f"- {comment}" for comment in comments)


def _unimplemented(state: State, inspection: Inspection) -> str:
    return "\n".join(f"- {item}" for item in inspection.unimplemented)


_BLOCKS: dict[Sight, Callable[[State, Inspection], str]] = {
    "task": lambda state, _: state.task.text,
    "images": lambda state, _: ", ".join(state.task.images),
    "decisions": _decisions,
    "files": _files,
    "file_list": _file_list,
    "stack": lambda _, inspection: inspection.stack.title if inspection.stack else "",
    "tests": _tests,
    "execution": _execution,
    "comments": _comments,
    "unimplemented": _unimplemented,
    "imports": lambda _, inspection: ", ".join(inspection.third_party),
    "history": lambda state, _: "\n\n".join(f"{k}:\n{v}" for k, v in state.reports.items()),
    "answers": lambda state, _: "\n".join(f"{k}: {v}" for k, v in state.answers.items()),
}
