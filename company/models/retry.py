"""When to try again, and after how long."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from company.models.failure import Failure


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient the client is; `…wait` and `longest_asked` are seconds."""

    attempts: int = 8
    """Calls at most, the first included."""
    costly_attempts: int = 3
    """Of these, how many may be given up to silence, broken answers and nonsense: each of them
    takes its whole time or tokens."""
    first_wait: float = 0.5
    """Doubled with each attempt."""
    longest_wait: float = 60.0
    longest_asked: float = 120.0
    """A provider that asks for a longer wait (Retry-After) stops the run instead, resumable."""

    def wait(
        self, failure: Failure, attempt: int, costly: int, jitter: random.Random, now: datetime
    ) -> float | None:
        """Seconds to wait after the given failed attempt (the first is 1); None: give up.

        `costly` is how many attempts so far, this one included, may have cost something. What the
        provider asks for is waited at least, and our own wait too: some ask for 0 seconds.
        """
        if not failure.retryable or attempt >= self.attempts or costly >= self.costly_attempts:
            return None
        own = min(self.longest_wait, self.first_wait * 2.0 ** min(attempt - 1, 64))
        own *= 0.5 + jitter.random() / 2
        if self.too_long(failure, now) is not None:
            return None
        requested = retry_after(failure.headers, now) or 0.0
        return max(own, requested + min(1.0, requested / 10) * jitter.random())

    def too_long(self, failure: Failure, now: datetime) -> float | None:
        """The seconds the provider asks to wait, where that is longer than we do."""
        requested = retry_after(failure.headers, now) if failure.retryable else None
        return requested if requested is not None and requested > self.longest_asked else None


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the provider asks to wait: `retry-after-ms`, or Retry-After as seconds or a date."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    seconds = _number(value)
    if seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        return max(0.0, (date - now).total_seconds())
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None
