"""When an event happened, as its journal says."""

from datetime import datetime


def moment(at: str) -> datetime | None:
    """The moment, with its time zone so that it can be compared with others; None where it is none."""
    try:
        read = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        return None
    return read if read.tzinfo is not None else None
