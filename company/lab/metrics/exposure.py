"""Whether a treatment happened: what a run asked of models and delivered, beside its baseline's run."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from company.lab.metrics.catalogue import Values
from warehouse.events import CompletionEnded
from warehouse.journal.journal import Event


@dataclass(frozen=True)
class Trace:
    """What a run asked of models, by the digests of its answered requests, and what it delivered."""

    requests: tuple[str, ...]
    product: str
    """The digest of all files."""

    def beside(self, usual: "Trace") -> Values:
        """What differs from the baseline's run. A request is the same wherever in the chain it was made."""
        ours, theirs = Counter(self.requests), Counter(usual.requests)
        return {
            "changed_requests": ((ours - theirs) + (theirs - ours)).total(),
            "same_product": float(self.product == usual.product),
        }


def trace_of(events: Iterable[Event], files: Mapping[str, bytes]) -> Trace:
    """The trace of one run; `files` is the delivered product."""
    asked = (event.data.digest for event in events if isinstance(event.data, CompletionEnded))
    contents = [(path, hashlib.sha256(files[path]).hexdigest()) for path in sorted(files)]
    return Trace(tuple(asked), hashlib.sha256(repr(contents).encode()).hexdigest())
