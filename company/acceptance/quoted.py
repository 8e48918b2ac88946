"""Acceptance checks that a task says to the letter, taken from its text by rule.

Taken are commands with the output, or the exit code, that the text gives them; what a program does where
its arguments are missing; transcripts of a terminal; and calls of a module's functions with their values.
Left alone is what the text makes depend on something else, gives a choice, or only describes: a check that
is not taken costs less than one that a right program fails.
"""

import re
import shlex
from collections.abc import Iterator
from itertools import chain, islice

from company.acceptance.calls import call_checks
from company.acceptance.check_card import CheckCard, Command, TextExpectation
from company.acceptance.outputs import Outputs, unindented
from company.acceptance.spans import Sentence, Span, sentences
from company.acceptance.usage import Usage
from company.acceptance.uses import Uses
from company.acceptance.wording import says

MOST = 30
READ = 20_000
"""Characters; what comes later is hardly about how a program is used."""


def quoted_checks(task: str) -> list[CheckCard]:
    """The checks in the order of the text, each named by its words."""
    task = task[:READ]
    if says(task, "unforeseen"):
        return []  # what such a program prints is another thing each time
    text = [each for each in sentences(task) if not each.asks]
    usage = Usage(text)
    told: dict[str, list[CheckCard]] = {}
    for check in islice(chain(_in_sentences(text, usage, task), call_checks(text, task)), MOST):
        told.setdefault(_what_is_tried(check), []).append(check)
    # What is told in two ways, before and after perhaps, is told of nothing for certain.
    kept = [each[0] for each in told.values() if all(one.steps == each[0].steps for one in each)]
    names = [check.name for check in kept]
    return [
        check.model_copy(update={"name": f"{check.name[:110]} ({number})"})
        if names.count(check.name) > 1
        else check
        for number, check in enumerate(kept, 1)
    ]


def _what_is_tried(check: CheckCard) -> str:
    return str([(step.argv, step.stdin) for step in check.steps])


def _in_sentences(text: list[Sentence], usage: Usage, task: str) -> Iterator[CheckCard]:
    outputs, uses = Outputs(usage), Uses(usage, task)
    for each in text:
        for block in (span for span in each.spans if span.is_block):
            yield from _transcript(block, usage)
        yield from outputs.checks(each)
        yield from uses.checks(each)


def _transcript(block: Span, usage: Usage) -> Iterator[CheckCard]:
    """Each command of a terminal's transcript with the lines that follow it."""
    steps: list[Command] = []
    for part in re.split(r"^[ \t]*\$ ", block.text, flags=re.MULTILINE)[1:]:
        typed, _, printed = part.partition("\n")
        commands = usage.commands(typed)
        if not commands or "..." in printed or "…" in printed:
            return
        # A terminal shows both streams.
        told = {"output": TextExpectation(equals=unindented(printed)), "exit_code": None}
        steps += [each.model_copy(update=told) for each in commands]
    if steps:
        yield CheckCard(name=f"$ {shlex.join(steps[0].argv)}"[:120], steps=steps)
