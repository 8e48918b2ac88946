"""What home and a worker say to each other; all of it can be pickled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from company.engine.budget import Estimate
from company.lab.design.plan import Job
from company.lab.execution.settings import WorkSettings
from company.remote.commands import Command
from warehouse.errors import SofthouseError
from warehouse.history.usage import Usage


@dataclass(frozen=True)
class Brief:
    """What a worker is told before it begins."""

    version: str
    """Of softhouse; a worker of another one would not understand its jobs."""
    sandbox: str
    settings: WorkSettings
    seconds: float
    """What was used of the time limit of the whole."""
    environment: Mapping[str, str] = field(repr=False)
    """Keys and addresses of providers, for a node that has none of its own."""


@dataclass(frozen=True)
class KeptSoFar:
    """What home has of a run that another worker began."""

    journal: bytes
    product: bytes | None
    """A git bundle."""


@dataclass(frozen=True)
class Parcel:
    """Jobs of one group, with their pictures by job and name, and what was made of them before."""

    jobs: tuple[Job, ...]
    images: Mapping[str, Mapping[str, bytes]]
    runs: Mapping[str, KeptSoFar]


# What a worker asks of home. Each question is answered, sooner or later.


@dataclass(frozen=True)
class Keep:
    """Keep these lines of a run's journal, and first the commits that they speak of."""

    run: str
    lines: bytes
    product: bytes | None
    """A git bundle."""


@dataclass(frozen=True)
class MayBegin:
    """Let a call of about so many tokens begin at a provider; answered with its number."""

    place: str
    tokens: int


@dataclass(frozen=True)
class Lend:
    """Hold something of the shared budget aside; answered with what all others use or hold."""

    estimate: Estimate


@dataclass(frozen=True)
class End:
    """Let go of a job: nothing more happens to it here, and all that it left was sent."""

    job: str


Request = Keep | MayBegin | Lend | End


@dataclass(frozen=True)
class Question:
    number: int
    asked: Request


@dataclass(frozen=True)
class Withdrawn:
    """Nobody waits for the answer any more."""

    number: int


# What a worker tells home.


@dataclass(frozen=True)
class Settled:
    """A call that was let begin has used so many tokens."""

    place: str
    number: int
    tokens: int


@dataclass(frozen=True)
class LeaveAlone:
    """A provider wants to be left alone for so many seconds. Home passes it on to all others."""

    place: str
    seconds: float


@dataclass(frozen=True)
class ReservedMore:
    """A call in flight may use more than it was lent."""

    estimate: Estimate


@dataclass(frozen=True)
class GivenBack:
    """What was lent for a call is free again."""

    estimate: Estimate


@dataclass(frozen=True)
class Used:
    """A call has used so much of the shared budget."""

    usage: Usage


@dataclass(frozen=True)
class Began:
    job: str


@dataclass(frozen=True)
class Failed:
    job: str
    why: str


Fact = Settled | LeaveAlone | ReservedMore | GivenBack | Used | Began | Failed
ToHome = Question | Withdrawn | Fact


# What home says to a worker.


@dataclass(frozen=True)
class Answer:
    number: int
    result: Any = None
    error: SofthouseError | None = None


@dataclass(frozen=True)
class Steer:
    """What somebody at home wants of a run."""

    run: str
    command: Command


ToWorker = Answer | LeaveAlone | Steer
