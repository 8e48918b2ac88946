"""What a reviewer is told of a run's work: what was asked, what it changes, what was seen of it and what not.

Nothing is said that the journal does not hold.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from company.cli.output import secrets_of_ours
from company.models.redact import redact
from warehouse.events import Witness
from warehouse.history.contribution import Contribution
from warehouse.history.format.figures import counted
from warehouse.product.git.changes import FileChange
from warehouse.product.git.commits import trailer_lines
from warehouse.terminal_text import safe_text

WIDTH = 72
"""Characters of a line, as commits are written everywhere."""
MOST_ASKED = 20
"""Lines of the task; the run holds all of it."""
MOST_NAMED = 20
"""Files of one kind that are named; the patch holds all of them."""
_SENTENCE = re.compile(r"(.+?[.!?])\s")
_TAG = re.compile(r"(?:\s|\[[^\]]*\]|re:)+", re.IGNORECASE)
"""What git takes off the beginning of a mail's subject."""
_PLACES = {"none": "", "host": " on the machine itself"}
"""Where it was run, by the sandboxes that are none."""
_VERBS = {"A": "Adds", "M": "Changes", "D": "Removes"}


def subject_of(task: str) -> str:
    """The beginning of the wish, in the customer's words."""
    line = _one_line(task)
    sentence = _SENTENCE.match(line)
    words = (sentence[1] if sentence and len(sentence[1]) <= WIDTH else line).rstrip(".")
    tag = _TAG.match(words)
    bare = words[tag.end() :] if tag else words
    return textwrap.shorten(bare, WIDTH, placeholder=" …") or "Change the program"


def message_of(made: Contribution, changes: Sequence[FileChange]) -> str:
    """The whole message: a subject, a body, and the run's id as a trailer."""
    subject = subject_of(made.task)
    parts = [subject, *_asked(made.task, subject), *_changed(changes), *_seen(made)]
    return "\n\n".join([*parts, *trailer_lines({"Softhouse-Run": made.run})]) + "\n"


def _asked(task: str, subject: str) -> Iterator[str]:
    """The wish itself, where the subject does not hold all of it."""
    if _one_line(task).rstrip(".") == subject:
        return
    lines = [
        line
        for paragraph in _plain(task).strip().splitlines()
        for line in _wrapped(paragraph, "> ", "> ") or [">"]
    ]
    cut = ["> …"] if len(lines) > MOST_ASKED else []
    yield "\n".join(["It was asked for with these words:", "", *lines[:MOST_ASKED], *cut])


def _changed(changes: Iterable[FileChange]) -> Iterator[str]:
    by_verb: dict[str, list[str]] = {}
    for change in changes:
        letter = "A" if change.before is None else "D" if change.after is None else "M"
        by_verb.setdefault(letter, []).append(change.path)
    sentences = (
        _sentence(verb, by_verb[letter]) for letter, verb in _VERBS.items() if letter in by_verb
    )
    yield "\n".join(line for sentence in sentences for line in _wrapped(sentence))


def _sentence(verb: str, paths: Sequence[str]) -> str:
    more = len(paths) - MOST_NAMED
    rest = [f"and {counted(more, 'file')} more"] if more > 0 else []
    return f"{verb} {', '.join([*map(_one_line, paths[:MOST_NAMED]), *rest])}."


def _seen(made: Contribution) -> Iterator[str]:
    look = made.checked
    if look is None or not (look.checks or look.witnesses):
        yield "Nothing was run: it is untested."
        return
    if not made.is_checked:
        yield "It is untested as it is now: it was changed after the last tests."
        return
    seen = [witness for witness in look.witnesses if witness.holds is not None]
    if seen:
        where = _PLACES.get(made.sandbox, f" in a sandbox ({made.sandbox})")
        commands = _commands(made)
        lines = [line for each in seen for line in _witnessed(each, commands)]
        yield "\n".join([f"What was seen of it{where}:", "", *lines])
    if unseen := [witness.how for witness in look.witnesses if witness.holds is None]:
        lines = [line for how in unseen for line in _wrapped(_plain(how), "- ", "  ")]
        yield "\n".join(["What was not seen:", "", *lines])
    if made.ended is None or made.ended.status not in ("verified", "unverified"):
        yield "The run did not come to its end."


def _commands(made: Contribution) -> Mapping[str, str]:
    """By the word of what they witness, the commands that were run."""
    words = {"tests": "tested", "start": "starts", "import": "imports"}
    checks = made.checked.checks if made.checked else ()
    return {words[check.name]: check.command for check in checks if check.name in words}


def _witnessed(witness: Witness, commands: Mapping[str, str]) -> Iterator[str]:
    yield from _wrapped(_plain(str(witness)), "- ", "  ")
    if command := commands.get(witness.what):
        yield from _wrapped(_plain(command), "  $ ", "    ")


def _wrapped(text: str, first: str = "", later: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )


def _one_line(text: str) -> str:
    return " ".join(_plain(text).split())


def _plain(text: str) -> str:
    """Text from anywhere, without what drives a terminal and without keys."""
    return redact(safe_text(text), secrets_of_ours())
