"""When to try again, and after how long."""

import math
import random
import re
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
        if failure.is_of_the_day and retry_after(failure, now) is None:
            return None
        requested = retry_after(failure, now) or 0.0
        return max(own, requested + min(1.0, requested / 10) * jitter.random())

    def too_long(self, failure: Failure, now: datetime) -> float | None:
        """The seconds the provider asks to wait, where that is longer than we do."""
        requested = retry_after(failure, now) if failure.retryable else None
        return requested if requested is not None and requested > self.longest_asked else None


def retry_after(failure: Failure, now: datetime) -> float | None:
    """Seconds the provider asks to wait: by `retry-after-ms`, by Retry-After, where it limits the rate
    by what it says of the limit that is used up, or by its words.
    """
    headers = failure.headers
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    asked = _seconds(headers.get("retry-after", ""), now)
    if asked is not None or failure.status != 429:
        return asked
    resets = [_seconds(text, now) for name, text in headers.items() if _is_used_up(name, headers)]
    told = [seconds for seconds in resets if seconds is not None]
    if told:
        return max(told)
    words = _WAIT_IN_WORDS.search(failure.words)
    return _seconds(words["wait"].strip(), now) if words else None


_WAIT_IN_WORDS = re.compile(
    r"(?:again|retry|resets?|wait)\b[^.\d]{0,30}(?P<wait>\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?"
    r"|(?:\d+(?:\.\d+)?\s*(?:milliseconds?|ms|hours?|h|minutes?|mins?|m|seconds?|secs?|s)[\s,]*)+)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|milli|[dhms])[a-z]*[\s,]*", re.IGNORECASE)
_UNITS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "milli": 0.001}
EPOCH_SECONDS, EPOCH_MILLISECONDS = 1e9, 1e12
"""From so many on, a number is no span of time but a moment: of 2001."""


def _is_used_up(name: str, headers: Mapping[str, str]) -> bool:
    """Whether a header tells when a limit ends, and it is not told that some of it is left."""
    if "ratelimit" not in name or "reset" not in name:
        return False
    return headers.get(name.replace("reset", "remaining"), "0").strip() in ("", "0")


def _seconds(text: str, now: datetime) -> float | None:
    """Read a number of seconds, a moment in seconds or milliseconds, a date, or a span like 7h12m."""
    text = text.strip()
    number = _number(text)
    if number is not None:
        if EPOCH_SECONDS <= number < EPOCH_MILLISECONDS * 10:
            moment = number / 1000 if number >= EPOCH_MILLISECONDS else number
            return max(0.0, moment - now.timestamp())
        return number
    if _SPAN.sub("", text) == "":
        return (
            sum(float(n) * _UNITS[unit.lower()] for n, unit in _SPAN.findall(text))
            if text
            else None
        )
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            date = read(text)
            date = date if date.tzinfo else date.replace(tzinfo=UTC)
            return max(0.0, (date - now).total_seconds())
        except (ValueError, OverflowError):
            continue
    return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None
