"""The blocks that a transcript is laid out from, on a terminal, in a file, on a page, in the window.

They are of nine sorts. Whoever lays them out knows no kind of entry, and makes their texts safe.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from warehouse.events import ChangedFile, Picture, Rows
from warehouse.history.format.figures import duration

Sign = Literal[
    "person",
    "plan",
    "yields",
    "files",
    "sent back",
    "note",
    "again",
    "failed",
    "no checks",
    "skipped",
    "over",
]
"""What a mark stands for; a `plan` has a line for each item. Of `files` their commit tells too; a step is `over` that failed."""

_LABELS: Mapping[Sign, str] = {
    "person": "a person",
    "plan": "{}",
    "yields": "{}",
    "sent back": "sent back",
    "failed": "{} failed",
    "skipped": "{} skipped",
    "over": "{} failed",
}
_LEADS: Mapping[Sign, str] = {
    "person": "A person",
    "plan": "{}",
    "yields": "Yields a {}",
    "sent back": "Sent back",
    "note": "Note",
    "again": "Note",
    "failed": "Failed: {}",
}


class Title(msgspec.Struct, frozen=True):
    """A run begins: which one, and what it was given."""

    run: str
    name: str
    at: str
    task: str
    company: str
    chain: str
    model: str
    sandbox: str

    @property
    def facts(self) -> str:
        return f"{self.company} · {self.chain} · {self.model} · sandbox {self.sandbox}"


class Heading(msgspec.Struct, frozen=True):
    """Something begins: a phase, a round, turn, node or part, or a call (`asks`)."""

    kind: str
    title: str


class Quote(msgspec.Struct, frozen=True):
    """What a role said to another, and how the reply came about."""

    speaker: str
    listener: str
    text: str
    prompt: tuple[dict[str, str], ...]
    """The messages it answers, each with `role` and `content`."""
    model: str
    """Empty where a person spoke."""
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """US dollars; None where no price is known."""
    seconds: float
    is_cut: bool
    """Whether it ended at its token bound."""

    @property
    def who(self) -> str:
        return f"{self.speaker} → {self.listener}"

    @property
    def tokens(self) -> str:
        return f"{self.prompt_tokens:,}+{self.completion_tokens:,} tokens"

    @property
    def written(self) -> str:
        return f"{self.completion_tokens:,} tokens"

    @property
    def cut(self) -> str:
        return ", cut at its bound" if self.is_cut else ""

    def about(self, *facts: str) -> str:
        """These facts, and the time it took: `ollama:m, 300+139 tokens, 0:08`."""
        return ", ".join([*facts, duration(self.seconds)]) + self.cut if self.model else "a person"


class ToolUse(msgspec.Struct, frozen=True):
    """What a role did with a tool, and what that came to."""

    speaker: str
    call: str
    """In words, on one line: `read main.py 1 20`."""
    text: str
    ok: bool
    """Whether the call could be made."""
    seconds: float
    again: bool = False
    """Whether it was made once more, since it had been cut off."""
    given: str = ""
    """What it was given, whole, where `call` does not hold all of it as it is."""
    pictures: tuple[Picture, ...] = ()
    tool: str = ""
    sql: str = ""
    """The query, where a database was asked."""
    database: str = ""
    """The one that was named; empty where there is but one."""
    rows: Rows | None = None
    """What the query came to."""

    @property
    def who(self) -> str:
        return f"{self.speaker} uses {self.call}"

    @property
    def about(self) -> str:
        facts = [f"{self.seconds:.1f} s", *(["not made"] if not self.ok else [])]
        return ", ".join([*facts, *(["made again, it had been cut off"] if self.again else [])])

    @property
    def line(self) -> str:
        return f"{self.who} ({self.about})"


class Code(msgspec.Struct, frozen=True):
    """A check of the product, and what it printed. `ok` is None where the sandbox cannot tell."""

    ok: bool | None
    judged: str
    """Its name and how it went."""
    seconds: float
    command: str
    output: str
    pictures: tuple[Picture, ...] = ()

    @property
    def line(self) -> str:
        return f"{self.judged} ({self.seconds:.1f} s)"

    @property
    def printed(self) -> str:
        """The command with its output below it."""
        return f"$ {self.command}\n{self.output}".rstrip()


class Fact(msgspec.Struct, frozen=True):
    """Something about the run as a whole: that it is a fork (`label` is its id), was resumed, or goes on
    after its delivery."""

    kind: Literal["fork", "version", "resume"]
    label: str
    text: str
    at: str


class Mark(msgspec.Struct, frozen=True):
    """Something that happened besides the talking, under a sign of its own."""

    sign: Sign
    text: str
    what: str = ""
    """The deliverable, effect or phase it is about."""
    listener: str = ""
    """Whom a person spoke to, if it was one role."""
    approved: bool | None = None
    """Of a verdict; None for all else."""
    comments: str = ""
    """How many a verdict made, in words."""

    @property
    def label(self) -> str:
        """What it is, where the sign does not say it: `decision`, `completion failed`."""
        return _LABELS.get(self.sign, "").format(self.what)

    @property
    def lead(self) -> str:
        """What introduces it in running text: `Yields a decision`."""
        return _LEADS.get(self.sign, "").format(self.what)

    @property
    def words(self) -> str:
        return f"to {self.listener}: {self.text}" if self.listener else self.text


class Changes(msgspec.Struct, frozen=True):
    """A commit, and what it did to the files."""

    sha: str
    author: str
    subject: str
    files: tuple[ChangedFile, ...]


class End(msgspec.Struct, frozen=True):
    """A session of the run ended."""

    status: str
    exit_code: int
    reason: str

    @property
    def line(self) -> str:
        return f"{self.status}, exit code {self.exit_code}: {self.reason}"


Block = Title | Heading | Quote | ToolUse | Code | Fact | Mark | Changes | End
