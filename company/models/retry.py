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
    """How patient the client is; all figures but `attempts` are seconds."""

    attempts: int = 8
    """Calls at most, the first included."""
    first_wait: float = 0.5
    """Doubled with each attempt."""
    longest_wait: float = 60.0
    longest_asked: float = 120.0
    """A provider that asks for a longer wait (Retry-After) stops the run instead, resumable."""

    def wait(
        self, failure: Failure, attempt: int, jitter: random.Random, now: datetime
    ) -> float | None:
        """Seconds to wait after the given failed attempt (the first is 1); None: give up."""
        if not failure.retryable or attempt >= self.attempts:
            return None
        asked = retry_after(failure.headers, now)
        if asked is not None:
            spread = min(1.0, asked / 10) * jitter.random()
            return asked + spread if asked <= self.longest_asked else None
        wait = min(self.longest_wait, self.first_wait * 2.0 ** (attempt - 1))
        return wait * (0.5 + jitter.random() / 2)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the provider asks to wait: `retry-after-ms`, or Retry-After as seconds or a date."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    asked = headers.get("retry-after", "").strip()
    if not asked:
        return None
    seconds = _number(asked)
    if seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(asked)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None
