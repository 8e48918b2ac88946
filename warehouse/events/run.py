"""Events of a run as a whole: begun, forked, taken up again, held up, limited, ended."""

from typing import Any, ClassVar, Literal

import msgspec

from warehouse.events.base import Count, EventData, Json, Number, Whole

CardKind = Literal["roles", "phases", "chains"]
"""Where a frozen company keeps its cards."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a run may use; None where it is not limited."""

    usd: Number | None = None
    tokens: Count | None = None
    calls: Count | None = None
    seconds: Number | None = None


class TaskGiven(msgspec.Struct, frozen=True):
    """What the customer wants."""

    text: str = ""
    images: tuple[str, ...] = ()
    """Names of files in the run's folder of attachments."""
    source: str | None = None
    """The folder of the program that there was before."""
    documents: tuple[str, ...] = ()
    """Names of files in the run's folder of attachments, all of them plain text."""
    commit: str = ""
    """The commit of the source that was to be begun at, as a person calls it."""
    include_untracked: bool = False
    """Whether files of the source were to come in that git neither tracks nor ignores."""


class SpecRecord(EventData, frozen=True, forbid_unknown_fields=True):
    """The run spec as a journal holds it: all that decides the outcome of a run."""

    schema: str = ""
    softhouse: str = ""
    """The version that wrote it."""
    run: str = ""
    name: str = ""
    task: TaskGiven = TaskGiven()
    company: Json = msgspec.field(default_factory=dict)
    """The frozen cards: `company`, `roles`, `phases`, `chains`. Checked by whoever works by them."""
    chain: str = ""
    model: str = ""
    """The model that most roles speak with."""
    role_models: dict[str, str] = msgspec.field(default_factory=dict)
    seed: Whole | None = None
    sandbox: str = ""
    limits: Limits = Limits()
    human_roles: tuple[str, ...] = ()
    experiment: str = ""
    """What the run belongs to, where it belongs to something."""

    @property
    def company_name(self) -> str:
        """Empty where the cards do not say."""
        return _text(self.company_card, "name")

    @property
    def company_card(self) -> Json:
        """The company's own card; empty where there is none."""
        return _mapping(self.company.get("company"))

    def cards(self, kind: CardKind) -> dict[str, Json]:
        """The cards of a kind by name, in their YAML form; what is no card is an empty one."""
        return {name: _mapping(card) for name, card in _mapping(self.company.get(kind)).items()}

    @property
    def top_steps(self) -> list[Any]:
        """The steps of the chain in their YAML form."""
        steps = self.cards("chains").get(self.chain, {}).get("steps")
        return steps if isinstance(steps, list) else []

    @property
    def human_cards(self) -> set[str]:
        """The roles whose cards say that a person speaks for them."""
        return {name for name, role in self.cards("roles").items() if role.get("human") is True}

    @property
    def role_titles(self) -> dict[str, str]:
        """Each role's title, by its name."""
        return {name: _text(role, "title") or name for name, role in self.cards("roles").items()}


class RunStarted(SpecRecord, frozen=True):
    """A run has begun."""

    KIND: ClassVar[str] = "run.started"

    seal: str | msgspec.UnsetType = msgspec.UNSET
    """What tells that the run was begun here, by `warehouse.runs.seal`."""


class NewerSpec(RunStarted, frozen=True):
    """The run spec of a newer softhouse: it decides on something that is not known here."""

    unknown: Json = msgspec.field(default_factory=dict)
    """What is not known, as recorded."""


class RunForked(EventData, frozen=True):
    """What follows differs from the run it was forked from."""

    KIND: ClassVar[str] = "run.forked"

    run: str = ""
    name: str = ""
    parent: str = ""
    at: str = ""
    """The step from which it differs."""
    overrides: Json = msgspec.field(name="set", default_factory=dict)
    """What was changed."""
    spec: SpecRecord = msgspec.field(name="order", default_factory=SpecRecord)
    as_if_alone: bool | msgspec.UnsetType = msgspec.UNSET
    """Whether the fork counts as if it had been run alone, with its past made by itself."""
    seal: str | msgspec.UnsetType = msgspec.UNSET
    """As in `run.started`."""


class VersionStarted(EventData, frozen=True):
    """The run goes on after its product was handed over: what follows makes a further version of it."""

    KIND: ClassVar[str] = "version.started"

    version: Count = 0
    """Which one: 2 for the first after the run's own."""
    back_to: Count = 0
    """The version whose files it takes up again; 0 where a company works on a task."""
    spec: SpecRecord = msgspec.field(name="order", default_factory=SpecRecord)
    seal: str | msgspec.UnsetType = msgspec.UNSET
    """As in `run.started`."""


class RunResumed(EventData, frozen=True, omit_defaults=True):
    """A run was taken up again."""

    KIND: ClassVar[str] = "run.resumed"

    limits: Limits | None = None
    """The limits that hold from now on, where they were given anew."""
    seal: str | msgspec.UnsetType = msgspec.UNSET
    """As in `run.started`: who takes a run up here answers for it."""


class RunPaused(EventData, frozen=True):
    """A person holds the run up."""

    KIND: ClassVar[str] = "run.paused"


class RunContinued(EventData, frozen=True):
    """A person lets the run go on."""

    KIND: ClassVar[str] = "run.continued"


class LimitsSet(EventData, frozen=True):
    """A person gave the run other limits."""

    KIND: ClassVar[str] = "run.limits"

    limits: Limits | None = None


class RunEnded(EventData, frozen=True):
    """A run has come to an end, which need not be the last."""

    KIND: ClassVar[str] = "run.ended"

    status: str = ""
    """`verified`, `unverified`, `failed` or `stopped`."""
    exit_code: Whole | None = None
    reason: str = ""


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _text(card: Json, key: str) -> str:
    value = card.get(key)
    return value if isinstance(value, str) else ""
