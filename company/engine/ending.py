"""Where a run came to: how it ended, or how far a rehearsal of it went."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["verified", "unverified", "failed", "stopped"]
OWN_FAULT = "a fault in softhouse itself"
"""How the reason begins of a run that a bug of ours has ended."""


@dataclass(frozen=True)
class Ending:
    """How a run ended, as `run.ended` holds it."""

    status: Status
    exit_code: int
    reason: str


@dataclass(frozen=True)
class Rehearsal:
    """Where walking a recorded run led, with nothing performed."""

    ending: Ending | None
    """None where the journal ends before the run does."""
    unasked: list[str]
    """The places with recorded results that were not passed."""
