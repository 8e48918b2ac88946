"""Who made a commit and at which step of which run, as far as the commit itself tells."""

from dataclasses import dataclass
from typing import Literal

from warehouse.journal.step_paths import circumstances
from warehouse.product.git.commits import LogEntry, log_entry

RUN = "Softhouse-Run"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where lines come from. What a commit does not tell is empty."""

    maker: Literal["company", "customer", "person", "uncommitted"]
    """A role of a company, the customer's program brought in, someone after the handover, or
    someone who has not committed it yet."""
    sha: str = ""
    author: str = ""
    """A role's title, or a person's name."""
    at: str = ""
    """When it was committed: UTC, ISO 8601."""
    subject: str = ""
    reason: str = ""
    """The complaint or the failing check that the commit answers."""
    role: str = ""
    phase: str = ""
    step: str = ""
    run: str = ""
    model: str = ""
    is_cut_off: bool = False
    """Whether this clone lacks what came before, so that the lines may be older."""

    @property
    def heading(self) -> str:
        """The title of the phase it was made in, with the round, node, turn or part around that.

        What no company made goes by its subject.
        """
        if self.maker != "company":
            return self.subject
        title = self.subject.partition(": ")[0]
        return ", ".join(filter(None, (title, circumstances(self.step))))


UNCOMMITTED = Origin("uncommitted", subject="not committed yet")


def origin_of(sha: str, raw: bytes, *, is_cut_off: bool = False) -> Origin:
    """Read a commit object as git stores it."""
    try:
        entry = log_entry(sha, raw, [])
    except (KeyError, OSError, OverflowError, ValueError):
        return Origin("person", sha, is_cut_off=is_cut_off)
    trailers = entry.trailers
    return Origin(
        maker=_maker(entry),
        sha=sha,
        author=entry.author,
        at=entry.at,
        subject=entry.subject,
        reason=entry.body,
        role=trailers.get("Role", ""),
        phase=trailers.get("Softhouse-Phase", ""),
        step=trailers.get("Softhouse-Step", ""),
        run=trailers.get(RUN, ""),
        model=trailers.get("Softhouse-Model", ""),
        is_cut_off=is_cut_off,
    )


def _maker(entry: LogEntry) -> Literal["company", "customer", "person"]:
    if RUN in entry.trailers:
        return "company"
    return "customer" if "Softhouse-Source" in entry.trailers else "person"
