"""A run's transcript as lines of text: stable, one idea each, easy to grep.

Each line begins with a word for what happened, then the path of the step.
"""

from collections.abc import Iterator, Mapping

from warehouse.history.entries import Entry, Forked
from warehouse.history.format import blocks
from warehouse.history.format.figures import excerpt
from warehouse.history.format.wording import blocks_of, changed
from warehouse.terminal_text import safe_text

PLAN = 1_000
"""Characters of a plan."""
_WORDS: Mapping[blocks.Sign, str] = {
    "person": "steer",
    "files": "yields",
    "sent back": "rejected",
    "again": "note",
    "no checks": "check",
    "over": "failed",
}
"""Where the word is another one than the sign."""


def lines_of(entry: Entry) -> list[str]:
    """The lines of an entry, safe to print; none where it is not worth one."""
    laid = blocks_of(entry)
    if isinstance(entry, Forked):
        laid += blocks_of(entry.began)
    return [_line(word, entry.where, text) for block in laid for word, text in _words(block)]


def _line(word: str, where: str, text: str) -> str:
    parts = [f"{word:<8}", where, text]
    return safe_text(" ".join(part for part in parts if part), keep_newlines=False).rstrip()


def _words(block: blocks.Block) -> Iterator[tuple[str, str]]:
    match block:
        case blocks.Title():
            by = f"{block.company} by the {block.chain} chain"
            yield "run", f"{block.run}: {by}, {block.model}, sandbox {block.sandbox}"
            yield "task", excerpt(block.task)
        case blocks.Heading():
            yield block.kind, block.title
        case blocks.ToolUse():
            yield "tool", f"{block.speaker}: {block.call} → {excerpt(block.text)} ({block.about})"
        case blocks.Quote():
            about = f"({block.tokens}, {block.seconds:.1f} s{block.cut})"
            yield "says", f"{block.speaker}: {excerpt(block.text)} {about}"
        case blocks.Code():
            yield "check", block.line
        case blocks.Fact():
            label = "" if block.kind == "resume" else f"{block.label}: "
            yield block.kind, f"{label}{block.text}"
        case blocks.Mark():
            yield _WORDS.get(block.sign, block.sign), _marked(block)
        case blocks.Changes():
            yield "commit", f"{block.sha[:10]} {block.author}: {', '.join(changed(block.files))}"
        case blocks.End():
            yield "end", block.line


def _marked(mark: blocks.Mark) -> str:
    match mark.sign:
        case "failed":
            return f"{mark.what}: {mark.text}"
        case "plan":
            return f"{mark.what}: {excerpt(mark.text, PLAN)}"
        case "yields" | "files":
            return f"{mark.what}: {excerpt(mark.text)}"
        case "person" | "sent back":
            return excerpt(mark.words)
    return mark.text
