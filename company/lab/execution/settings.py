"""How a plan is worked through: what may be used, and how much at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from company.cards.company_card import RunLimits
from company.models.rates import Rate


@dataclass(frozen=True)
class WorkSettings:
    """What decides how fast and how far, and nothing of what comes out."""

    at_once: int = 4
    """Jobs side by side."""
    sandbox: str = "auto"
    calls_at_once: int | None = None
    """Model calls under way at the same time, of all runs together; as many as there are where None."""
    sandboxes_at_once: int | None = None
    """Sandboxes open at the same time; as many as there are cores where None."""
    limits: RunLimits = field(default_factory=RunLimits)
    """Of all runs together, those of earlier sessions included."""
    rates: Mapping[str, Rate] = field(default_factory=dict)
    """Provider → what it allows in a minute."""
    mutants: int = 0
    """Small faults that are tried on the tests of each product; 0 for none."""
    embeddings: str = ""
    """The id of the model that tells how near a program is to its task; empty for none."""
    evaluate_again: bool = False
    """Whether products that were evaluated are evaluated anew: their tasks' checks were changed."""
