"""The entries of a transcript: each kind of thing that happens in a run, as a reader knows it.

Nothing here is made safe for a terminal; whoever shows it does that.
"""

from dataclasses import dataclass
from typing import Any

from warehouse.events import ChangedFile, CheckRecord
from warehouse.history.usage import NOTHING_USED, Usage


@dataclass(frozen=True, slots=True)
class Entry:
    """What every entry has: the event's number, its time (UTC, ISO 8601), the step's path."""

    seq: int
    at: str
    where: str


@dataclass(frozen=True, slots=True)
class Began(Entry):
    """The run began."""

    run: str
    name: str
    task: str
    company: str
    chain: str
    model: str
    sandbox: str
    top_steps: int
    """How many top-level steps the chain has; 0 where the journal does not say."""
    titles: dict[str, str]
    """Role name → title."""
    limits: dict[str, float]
    """What it may use, by `usd`, `tokens`, `calls`, `seconds`; only what is limited."""


@dataclass(frozen=True, slots=True)
class Resumed(Entry):
    """The run was taken up again."""

    limits: dict[str, float]
    """Those that hold from now on; empty where they stayed as they were."""


@dataclass(frozen=True, slots=True)
class Steered(Entry):
    """A person did something about a run that goes on."""


@dataclass(frozen=True, slots=True)
class Paused(Steered):
    """Nothing further begins until the run goes on, or is taken up again."""


@dataclass(frozen=True, slots=True)
class Continued(Steered):
    """The run goes on after a pause."""


@dataclass(frozen=True, slots=True)
class LimitsChanged(Steered):
    """The run was given other limits: those that hold now, by `usd`, `tokens`, `calls`, `seconds`."""

    limits: dict[str, float]


@dataclass(frozen=True, slots=True)
class Interjected(Steered):
    """A person said something to a role; `where` is the step that had begun last.

    It is in the prompt of the role's next call, and of all its later ones.
    """

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Forked(Entry):
    """From here on it is another run, which differs from its parent in what was set."""

    run: str
    parent: str
    step: str
    """The step from which the two differ."""
    changes: dict[str, str]
    began: Began
    """The fork as a run of its own."""


@dataclass(frozen=True, slots=True)
class StepBegan(Entry):
    """A step of the chain began; `kind` is phase, loop, round, parallel, each, part, when, chain,
    graph, node, edge, direct, turn or handover."""

    name: str
    title: str
    kind: str
    round: int
    most_rounds: int
    after: tuple[int, ...] = ()
    """Of a node of a graph: the nodes that hand on to it."""


@dataclass(frozen=True, slots=True)
class StepEnded(Entry):
    """A step ended: done, skipped or failed, and why if not done."""

    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Asking(Entry):
    """A model or a person was asked and has not answered yet."""

    speaker: str
    listener: str
    model: str
    """Empty where a person is asked."""
    question: str = ""
    """What a person is asked; empty for a model."""


@dataclass(frozen=True, slots=True)
class Words(Entry):
    """A piece of a reply, as it streams."""

    text: str


@dataclass(frozen=True, slots=True)
class Said(Entry):
    """A reply. `cost` is in US dollars, None where no price is known; `seconds` is its time."""

    speaker: str
    listener: str
    model: str
    """Empty where a person spoke."""
    prompt: tuple[dict[str, str], ...]
    """The messages it answers, each with `role` and `content`."""
    text: str
    cut: bool
    """Whether it ended at its token bound."""
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    seconds: float

    @property
    def usage(self) -> Usage:
        """What the call used; a person's answer uses nothing."""
        if not self.model:
            return NOTHING_USED
        return Usage.of(self.prompt_tokens, self.completion_tokens, self.cost)


@dataclass(frozen=True, slots=True)
class ToolCalled(Entry):
    """A role used a tool."""

    speaker: str
    tool: str
    arguments: dict[str, Any]
    text: str
    """What it came to, as the role was told it."""
    seconds: float

    @property
    def call(self) -> str:
        """The call in words: `read main.py 1 20`."""
        return " ".join([self.tool, *map(str, self.arguments.values())])


@dataclass(frozen=True, slots=True)
class Committed(Entry):
    """A commit to the product."""

    sha: str
    author: str
    message: str
    files: tuple[ChangedFile, ...]


@dataclass(frozen=True, slots=True)
class Executed(Entry):
    """The product was checked, started or tested."""

    verified: bool
    summary: str
    checks: tuple[CheckRecord, ...]


@dataclass(frozen=True, slots=True)
class Delivered(Entry):
    """A phase yielded its deliverable."""

    phase: str
    kind: str
    fields: dict[str, Any]
    files: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Rejected(Entry):
    """A reply could not be used, and this was said to its role."""

    phase: str
    complaint: str


@dataclass(frozen=True, slots=True)
class Noted(Entry):
    """Something the person should know."""

    text: str


@dataclass(frozen=True, slots=True)
class Retried(Noted):
    """A call is made once more; the words heard so far are void."""


@dataclass(frozen=True, slots=True)
class Failed(Entry):
    """An effect failed."""

    effect: str
    error: str
    usage: Usage = NOTHING_USED
    """What a call used all the same."""


@dataclass(frozen=True, slots=True)
class Ended(Entry):
    """The run ended."""

    status: str
    exit_code: int
    reason: str
