"""The entries of a transcript: each kind of thing that happens in a run, as a reader knows it.

Nothing here is made safe for a terminal; whoever shows it does that.
"""

from typing import Any

import msgspec

from warehouse.events import ChangedFile, CheckRecord, Passage, Picture, PlanItem, Rows
from warehouse.history.usage import NOTHING_USED, Usage


class Entry(msgspec.Struct, frozen=True):
    """What every entry has: the event's number, its time (UTC, ISO 8601), the step's path."""

    seq: int
    at: str
    where: str


class Began(Entry, frozen=True):
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
    databases: tuple[str, ...] = ()
    """What those that its roles may ask are called."""


class Resumed(Entry, frozen=True):
    """The run was taken up again."""

    limits: dict[str, float]
    """Those that hold from now on; empty where they stayed as they were."""


class Steered(Entry, frozen=True):
    """A person did something about a run that goes on."""


class Paused(Steered, frozen=True):
    """Nothing further begins until the run goes on, or is taken up again."""


class Continued(Steered, frozen=True):
    """The run goes on after a pause."""


class LimitsChanged(Steered, frozen=True):
    """The run was given other limits: those that hold now, by `usd`, `tokens`, `calls`, `seconds`."""

    limits: dict[str, float]


class Interjected(Steered, frozen=True):
    """A person said something to a role; `where` is the step that had begun last.

    It is in the prompt of the role's next call, and of all its later ones.
    """

    role: str
    text: str


class Forked(Entry, frozen=True):
    """From here on it is another run, which differs from its parent in what was set."""

    run: str
    parent: str
    step: str
    """The step from which the two differ."""
    changes: dict[str, str]
    began: Began
    """The fork as a run of its own."""


class VersionBegan(Entry, frozen=True):
    """The run goes on after its delivery: from here on it makes another version of the product."""

    version: int
    back_to: int
    """The version whose files it takes up again; 0 where a company works."""
    began: Began
    """The version as if it were a run of its own."""


class StepBegan(Entry, frozen=True):
    """A step of the chain began; `kind` is phase, loop, round, parallel, each, part, when, chain,
    graph, node, edge, direct, turn or handover."""

    name: str
    title: str
    kind: str
    round: int
    most_rounds: int
    after: tuple[int, ...] = ()
    """Of a node of a graph: the nodes that hand on to it."""


class StepEnded(Entry, frozen=True):
    """A step ended: done, skipped or failed, and why if not done."""

    outcome: str
    reason: str


class Asking(Entry, frozen=True):
    """A model or a person was asked and has not answered yet."""

    speaker: str
    listener: str
    model: str
    """Empty where a person is asked."""
    question: str = ""
    """What a person is asked; empty for a model."""


class Words(Entry, frozen=True):
    """A piece of a reply, as it streams."""

    text: str


class Said(Entry, frozen=True):
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


QUERY = "query"
"""The tool that asks databases."""


class Grip(Entry, frozen=True):
    """A role and what it does with a tool."""

    speaker: str
    tool: str
    arguments: dict[str, Any]

    @property
    def call(self) -> str:
        """The call in words: `read main.py 1 20`."""
        return " ".join([self.tool, *map(str, self.arguments.values())])


class Calling(Grip, frozen=True):
    """A role uses a tool, and nothing has come of it yet."""


class ToolCalled(Grip, frozen=True):
    """A role used a tool."""

    text: str
    """What it came to, as the role was told it."""
    ok: bool
    """Whether the call could be made."""
    seconds: float
    changed: dict[str, str | None]
    """The files that are different since, whole; None for one that is gone."""
    again: bool = False
    """Whether it had been cut off before, so that it was made once more."""
    pictures: tuple[Picture, ...] = ()
    """What it showed of the product."""
    rows: Rows | None = None
    """What a query of a database came to."""
    passages: tuple[Passage, ...] = ()
    """What it showed of the user's documents."""


class Planned(Entry, frozen=True):
    """A role made its plan, or ticked an item of it: the whole plan as it is now."""

    role: str
    items: tuple[PlanItem, ...]

    @property
    def done(self) -> int:
        """How many items are done."""
        return sum(item.done for item in self.items)


class Committed(Entry, frozen=True):
    """A commit to the product."""

    sha: str
    author: str
    message: str
    files: tuple[ChangedFile, ...]


class Executed(Entry, frozen=True):
    """The product was checked, started or tested."""

    verified: bool
    summary: str
    checks: tuple[CheckRecord, ...]


class BaselineTaken(Entry, frozen=True):
    """A customer's program was checked as it came."""

    summary: str
    checks: tuple[CheckRecord, ...]
    failed: tuple[str, ...]
    hints: tuple[str, ...]


class Delivered(Entry, frozen=True):
    """A phase yielded its deliverable."""

    phase: str
    kind: str
    fields: dict[str, Any]
    files: tuple[str, ...]
    text: str


class Rejected(Entry, frozen=True):
    """A reply could not be used, and this was said to its role."""

    phase: str
    complaint: str


class Noted(Entry, frozen=True):
    """Something the person should know."""

    text: str


class Retried(Noted, frozen=True):
    """A call is made once more; the words heard so far are void."""


class Failed(Entry, frozen=True):
    """An effect failed."""

    effect: str
    error: str
    usage: Usage = NOTHING_USED
    """What a call used all the same."""


class Ended(Entry, frozen=True):
    """The run ended."""

    status: str
    exit_code: int
    reason: str
