"""A verdict: approval or what to change, known to the conditions of the loops around it."""

from collections.abc import Mapping

from company.deliverables.kind import Delivery, Memory, Origin
from company.deliverables.named_fields import NamedFields

CONSENT = frozenset(
    {"", "ok", "okay", "yes", "y", "approve", "approved", "agreed", "fine", "good", "lgtm", "done"}
)
"""A person's words of approval; silence is one of them."""


class Verdict(NamedFields):
    """A judgement of the program."""

    does = "judges the program"

    def answered(self, answer: str) -> Delivery:
        """Consent in a word, or else what to change."""
        comments = [] if is_consent(answer) else [answer.strip()]
        return Delivery("verdict", fields={"approved": not comments, "comments": comments})

    def apply(self, delivery: Delivery, origin: Origin, memory: Memory) -> Mapping[str, str]:
        memory.last_verdict = delivery.fields
        for name in (origin.phase, *origin.loops):
            memory.verdicts[name] = delivery.fields
        return {}


def is_consent(answer: str) -> bool:
    """Whether a person accepts what they were shown."""
    return answer.strip().strip(".!").lower() in CONSENT
