"""One attempt to call a model that gave no answer, before it is known whether to try again."""

import re
from collections.abc import Mapping
from typing import Literal

from company.models.causes import Cause, cause_of

Kind = Literal["status", "unreachable", "timeout", "cut", "malformed", "filtered", "starved"]
"""The last two: the provider barred its own answer; thoughts left no room for one."""

RETRYABLE_STATUS = frozenset({408, 409, 425, 429})
LASTING_SERVER_STATUS = frozenset({501, 505})
LONGEST_WORDS = 10_000
"""Characters kept of what a server says about its error."""

_OF_THE_DAY = re.compile(r"per.?day|\bdaily\b|\b[RT]PD\b|每日|每天|今日|当日", re.IGNORECASE)


class Failure(Exception):
    """Why an attempt failed: an error status, a connection, silence, half an answer, nonsense."""

    def __init__(
        self,
        kind: Kind,
        words: str,
        *,
        status: int | None = None,
        code: str = "",
        param: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(words[:LONGEST_WORDS])
        self.kind = kind
        self.words = words[:LONGEST_WORDS]
        """What the server or the network said; hostile text."""
        self.status = status
        self.code = code
        self.param = param
        self.headers = headers or {}
        """Response headers, names in lower case."""

    @property
    def retryable(self) -> bool:
        """Whether the same call can succeed later without anybody changing anything."""
        if self.kind != "status":
            return not self.is_filtered and self.kind != "starved"
        if self.out_of_credit or self.cause or self.headers.get("x-should-retry") == "false":
            return False
        return self.status in RETRYABLE_STATUS or (
            self.status is not None
            and self.status >= 500
            and self.status not in LASTING_SERVER_STATUS
        )

    @property
    def cause(self) -> Cause | None:
        """What the provider's words say it is about; None where they decide nothing."""
        return cause_of(self.status, f"{self.words} {self.code}") if self.status else None

    @property
    def is_overflow(self) -> bool:
        """Whether the provider says that the prompt is too long."""
        return self.cause == "overflow"

    @property
    def out_of_credit(self) -> bool:
        """Whether somebody has to pay before the next call."""
        return self.status == 402 or self.cause == "credit"

    @property
    def is_filtered(self) -> bool:
        """Whether the provider bars the question or the answer for what it says."""
        return self.kind == "filtered" or self.cause == "filter"

    @property
    def is_of_the_day(self) -> bool:
        """Whether a limit of the day is reached, which no wait of minutes gets over."""
        return self.status == 429 and bool(_OF_THE_DAY.search(self.words))

    @property
    def may_cost(self) -> bool:
        """Whether the provider had begun to work, which is paid for although nothing came of it."""
        return self.kind in ("timeout", "cut", "malformed", "filtered", "starved")
