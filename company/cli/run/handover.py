"""What a person is told when a run ends: where everything is, whether it works, what it cost."""

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from company.cli.output import headed
from company.cli.price import price
from company.spec import RunSpec
from warehouse.errors import PathRejected
from warehouse.history.answer import answer_in
from warehouse.history.format.figures import counted, duration
from warehouse.history.summary import RunSummary
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.paths import MAX_FILE_BYTES
from warehouse.plain_file import read_below
from warehouse.product.intake.address import is_address
from warehouse.runs.folders import PRODUCT
from warehouse.sandbox.stacks.cards import detect_stack


def handover(summary: RunSummary, spec: RunSpec, folder: Path, called: str) -> Iterator[str]:
    """The lines of the handover; `called` is what the run in `folder` is called on the command line."""
    product = (folder / PRODUCT).absolute()
    yield ""
    if spec.answers_questions and (answer := answer_in(read_events(folder / FILE_NAME)).words):
        yield from (answer, "")
    if summary.files:
        files = counted(len(summary.files), "file")
        yield headed("Product", f"{product} ({files}, {counted(summary.commits, 'commit')})")
        start = start_command(product, summary.files)
        if start:
            yield headed("Start", f"cd {shlex.quote(str(product))} && {start}")
    yield headed("Verdict", verdict(summary, spec.sandbox))
    yield headed("Cost", spent(summary, spec.models.values()))
    if summary.versions:
        own = spent(summary.versions[-1], spec.models.values())
        yield headed("", f"of which version {summary.version}: {own}")
    yield headed("Next", next_step(summary, called, spec.task.source))


def start_command(product: Path, paths: list[str]) -> str | None:
    """The command that starts the product, by its language; None where nobody knows."""
    stack = detect_stack(paths)
    if stack is None:
        return None
    texts = {}
    for path in {*stack.sources(paths), *(path for path in stack.manifests if path in paths)}:
        try:
            texts[path] = read_below(product, path, MAX_FILE_BYTES).decode(errors="replace")
        except PathRejected:
            continue
    start = stack.start_of(texts)
    return shlex.join(start.by_hand or start.command) if start else None


def verdict(summary: RunSummary, sandbox: str) -> str:
    """What was witnessed of the product, and what was not."""
    if summary.verdict == "":
        return "unseen: nothing was run yet"
    return summary.verdict if sandbox == "none" else f"{summary.verdict} (sandbox {sandbox})"


def spent(summary: RunSummary, models: Iterable[str]) -> str:
    """Calls, tokens, time, and money where a price is known."""
    money = price(summary.usage, models)
    used = f"{counted(summary.usage.calls, 'call')}, {counted(summary.usage.tokens, 'token')}"
    shared = f", beside {counted(summary.shared.calls, 'shared call')}" if summary.parent else ""
    return f"{used}, {duration(summary.seconds)}{shared}; {money}"


def next_step(summary: RunSummary, called: str, source: str | None) -> str:
    """What to do now; `source` is the customer's own program, if it began with one."""
    if summary.exit_code == 3:
        return f"softhouse resume {called}   with a higher limit; nothing is paid twice"
    if summary.status == "stopped":
        return f"softhouse resume {called}   goes on from here; nothing is paid twice"
    if summary.exit_code == 0 and source is not None and is_address(source):
        return f"softhouse apply {called} DIR   puts the work into your clone of {source}"
    if summary.exit_code == 0 and source is not None:
        return f"softhouse apply {called}   puts the work into {source}"
    if summary.exit_code == 0:
        return f"softhouse show {called}   tells how it was made"
    return f"softhouse show {called}   tells what went wrong"
