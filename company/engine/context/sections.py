"""What a phase sees: each section of its card as a ready block of text, trimmed to fit the model.

When a prompt would not fit the context window, it is trimmed by these rules, in this order, until
it does: the history of reports goes, then the rules of a customer's project; the output of failing checks
keeps its end; the diff, then the map of a large program keep their beginning; files keep those that the checks
or comments name, then, of a program that was there before, those that the task speaks of most, its tests last,
then the main file, then the smallest, and the rest are outlined;
of versions to be merged the last ones go, and two stay; of passages that were looked up the oldest go; the task
keeps its beginning.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from company.engine.context.difference import difference
from company.engine.context.fault import passage_of_fault
from company.engine.context.inspection import Inspection, outline
from company.engine.context.rules import rules_of
from company.engine.state import State
from company.engine.workspace.verification import digest_of_files
from company.map.focus import spoken_of
from company.models.tokens import BYTES_PER_TOKEN, estimate_tokens, most
from phases.phase import Section
from warehouse.data.asked import queries_text
from warehouse.data.looked_up import passages_text, shown_again
from warehouse.sandbox.stacks.cards import stacks, usual_stack

FENCES = {
    **{suffix[1:]: name for name, stack in stacks().items() for suffix in stack.suffixes},
    "ts": "typescript", "css": "css", "json": "json", "md": "markdown",
    "sh": "bash", "yaml": "yaml", "toml": "toml",
}  # fmt: skip
SHORTEST_TASK = 300
"""Characters of the task that are kept whatever happens."""
TASK_BEFORE = 300
"""Characters of the task of a former version."""
DONE_BEFORE = "Asked for before, and done:"
SHORT_OUTPUT = 1_500
"""Characters kept of the output of one failing check when a prompt must shrink."""

FEWEST_VERSIONS = 2
"""Versions to be merged that are shown however long they are."""


@dataclass(frozen=True)
class Shown:
    """The blocks by name of section, and what had to be left out, in words."""

    blocks: dict[str, str]
    trimmed: tuple[str, ...] = ()
    outlined: tuple[str, ...] = ()
    """Files of which only the outline is shown."""


def show(sees: Iterable[Section], state: State) -> Shown:
    """Everything the phase may see, whole."""
    return Shown({section: _BLOCKS[section](state) for section in sees})


def fit(shown: Shown, state: State, room: int) -> Shown:
    """The same in at most `room` tokens (estimated), by the rules above."""
    blocks, trimmed, outlined = dict(shown.blocks), list(shown.trimmed), list[str]()

    def over() -> int:
        return sum(map(_cost, blocks.values())) - room

    if over() > 0 and blocks.get("history"):
        blocks["history"] = ""
        trimmed.append("earlier reports were left out")
    if over() > 0 and blocks.get("rules"):
        blocks["rules"] = ""
        trimmed.append("the rules of the project were left out")
    if over() > 0 and len(blocks.get("execution", "")) > SHORT_OUTPUT:
        blocks["execution"] = "…" + blocks["execution"][-SHORT_OUTPUT:]
        trimmed.append("the checks' output was shortened")
    for section in ("diff", "map"):
        if over() > 0 and blocks.get(section):
            blocks[section] = _beginning(blocks[section], _cost(blocks[section]) - over())
            trimmed.append(f"the end of the {section} was left out")
    if over() > 0 and blocks.get("files"):
        left = _cost(blocks["files"]) - over()
        blocks["files"], outlined = _fitting_files(state, blocks, left)
        trimmed.append(f"only the outlines of {', '.join(outlined)} were shown")
    shown_versions = len(state.versions)
    while over() > 0 and blocks.get("versions") and shown_versions > FEWEST_VERSIONS:
        shown_versions -= 1
        blocks["versions"] = _versions(state, shown_versions)
    if shown_versions < len(state.versions):
        trimmed.append(f"only {shown_versions} of {len(state.versions)} versions were shown")
    passages = shown_again(state.looked_up) if over() > 0 and blocks.get("passages") else ()
    kept = len(passages)
    while over() > 0 and kept:
        kept -= 1
        blocks["passages"] = passages_text(passages[:kept])
    if kept < len(passages):
        trimmed.append(f"only {kept} of {len(passages)} passages were shown")
    if over() > 0 and blocks.get("task"):
        keep = max(len(blocks["task"]) - over() * BYTES_PER_TOKEN, SHORTEST_TASK)
        blocks["task"] = blocks["task"][:keep] + " …"
        trimmed.append("the task was cut short")
    return Shown(blocks, tuple(trimmed), tuple(outlined))


def _fitting_files(state: State, blocks: dict[str, str], room: int) -> tuple[str, list[str]]:
    texts, main = in_view(state), state.inspection.main
    outlines = {path: outline(path, text) for path, text in texts.items()}
    spoken = blocks.get("execution", "") + blocks.get("comments", "")
    needed = list(texts) if state.excerpt else []
    asked = {} if state.brought_in is None else spoken_of(state.task.text, texts, outlines)
    tests = state.inspection.tests if asked else ()

    def rank(path: str) -> tuple[int, bool, bool, float, bool, int]:
        first, of_task = needed.index(path) if needed else 0, -asked.get(path, 0.0)
        size = len(texts[path])
        return (first, path not in spoken, path in tests, of_task, path != main, size)

    left = room - sum(map(_cost, outlines.values()))
    whole = set()
    for path in sorted(texts, key=rank):
        more = _cost(fenced(path, texts[path])) - _cost(outlines[path])
        if more <= left:
            whole.add(path)
            left -= more
    outlined = [path for path in texts if path not in whole]
    shown = [fenced(path, texts[path]) if path in whole else outlines[path] for path in texts]
    return "\n\n".join(shown), outlined


def in_view(state: State) -> Mapping[str, str]:
    """The texts that are shown whole where they fit; of a large program the most needed first."""
    if state.excerpt is None:
        return {path: text for path, text in state.texts.items() if path not in state.kept}
    return {path: state.texts[path] for path in state.excerpt.whole if path in state.texts}


def _beginning(text: str, room: int) -> str:
    """As many of its lines as come to no more than `room` tokens."""
    lines = text.split("\n")
    while lines and _cost("\n".join(lines)) > room:
        del lines[len(lines) * 9 // 10 :]
    return "\n".join(lines)


def _cost(text: str) -> int:
    """Tokens that a block may come to, a line to part it from the next included."""
    return most(estimate_tokens(text) + 1)


def fenced(path: str, text: str) -> str:
    """A file as a prompt shows it."""
    fence = "```"
    while fence in text:
        fence += "`"
    language = FENCES.get(path.rsplit(".", 1)[-1], "")
    return f"### {path}\n{fence}{language}\n{text.rstrip()}\n{fence}"


def _task(state: State) -> str:
    """What is wanted and, of a further version, what was wanted before."""
    if not state.done_before:
        return state.task.text
    before = [f"- {' '.join(task.split())[:TASK_BEFORE]}" for task in state.done_before]
    return "\n".join([f"{state.task.text}\n\n{DONE_BEFORE}", *before])


def _files(state: State) -> str:
    return "\n\n".join(fenced(path, text) for path, text in in_view(state).items())


def _tests(state: State) -> str:
    texts = in_view(state)
    return "\n\n".join(
        fenced(path, texts[path]) for path in state.inspection.tests if path in texts
    )


def _file_list(state: State) -> str:
    if state.excerpt is not None:
        return ""  # the map tells of them
    return "\n".join(state.inspection.outlines.values())


def _decisions(state: State) -> str:
    lines = []
    for fields in state.decisions.values():
        for name, value in fields.items():
            words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            lines.append(f"{name}: {words}")
    return "\n".join(lines)


def _execution(state: State) -> str:
    if state.execution is None:
        return ""
    return "\n\n".join(
        f"$ {check.command}\n{check.output.strip()}\n[{check.remark or f'exit code {check.exit_code}'}]"
        for check in state.execution.failures
    )


def _fault(state: State) -> str:
    """The lines where it was seen, as they stand."""
    passage = passage_of_fault(state)
    if passage is None:
        return ""
    lines = state.texts[passage.path].split("\n")[passage.first - 1 : passage.last]
    return fenced(passage.path, "\n".join(lines))


def _comments(state: State) -> str:
    comments = (state.last_verdict or {}).get("comments") or []
    return "\n".join(f"- {comment}" for comment in comments)


def _versions(state: State, most: int | None = None) -> str:
    """What is different in the versions, each under a heading, and the names of what is alike."""
    texts = [Inspection(files).texts for files in state.versions]
    paths = sorted({path for files in texts for path in files})
    alike = [path for path in paths if len({files.get(path) for files in texts}) == 1]
    parts = [
        "\n\n".join(
            [
                f"Version {number}:",
                *(fenced(path, text) for path, text in files.items() if path not in alike),
            ]
        )
        for number, files in enumerate(texts[:most], 1)
    ]
    if alike:
        parts.append(f"The same in all versions: {', '.join(alike)}")
    return "\n\n".join(parts)


def _progress(state: State) -> str:
    """What was done, a line each, and how it stands with the program."""
    done = [f"{number}. {line}" for number, line in enumerate(state.progress, 1)]
    return "\n".join(
        [*(done or ["Nothing was done yet."]), f"The program: {_how_it_stands(state)}"]
    )


def _how_it_stands(state: State) -> str:
    if not state.files:
        return "nothing is written yet"
    files = ", ".join(sorted(state.files))
    if state.execution is None or not state.execution.ran:
        return f"{files}; never run"
    changed = "" if state.execution.tree == digest_of_files(state.files) else "; changed since"
    return f"{files}; run with this result: {state.execution.summary}{changed}"


def _unimplemented(state: State) -> str:
    return "\n".join(f"- {item}" for item in state.inspection.unimplemented)


_BLOCKS: dict[Section, Callable[[State], str]] = {
    "task": _task,
    "images": lambda state: ", ".join(state.task.images),
    "decisions": _decisions,
    "files": _files,
    "file_list": _file_list,
    "map": lambda state: state.excerpt.map if state.excerpt else "",
    "diff": lambda state: difference(state.brought_in or {}, state.files),
    "stack": lambda state: state.inspection.stack.title if state.inspection.stack else "",
    "how_to_test": lambda state: (state.inspection.stack or usual_stack()).how_to_test,
    "tests": _tests,
    "execution": _execution,
    "fault": _fault,
    "comments": _comments,
    "unimplemented": _unimplemented,
    "imports": lambda state: ", ".join(state.inspection.third_party),
    "history": lambda state: "\n\n".join(f"{k}:\n{v}" for k, v in state.reports.items()),
    "answers": lambda state: "\n".join(f"{k}: {v}" for k, v in state.answers.items()),
    "share": lambda state: "\n".join(f"- {item}" for item in state.share),
    "versions": lambda state: _versions(state) if state.versions else "",
    "choices": lambda state: "\n".join(f"- {k}: {v}" for k, v in state.choices.items()),
    "progress": _progress,
    "rules": lambda state: "\n\n".join(
        fenced(path, text) for path, text in rules_of(state.brought_in).items()
    ),
    "queries": lambda state: queries_text(state.asked),
    "passages": lambda state: passages_text(shown_again(state.looked_up)),
    "schema": lambda state: state.schema,
}
