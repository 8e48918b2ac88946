"""One attempt to call a model that gave no answer, before it is known whether to try again."""

import re
from collections.abc import Mapping
from typing import Literal

Kind = Literal["status", "unreachable", "timeout", "cut", "malformed"]

QUOTA_CODES = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "credit_balance_exhausted",
        "exceeded_current_quota_error",
        "organization_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "project_spend_limit_exceeded",
    }
)
"""Words of providers for an account that cannot pay; the status is that of a rate limit."""
RETRYABLE_STATUS = frozenset({408, 409, 425, 429})
LASTING_SERVER_STATUS = frozenset({501, 505})
OVERFLOW_STATUS = frozenset({400, 413, 422, 500})
"""500 too: some servers on the user's own machine say it so."""
LONGEST_WORDS = 10_000
"""Characters kept of what a server says about its error."""

_OVERFLOW = re.compile(
    r"context.?(length|size|window)|maximum.{0,20}(context|prompt|input).{0,20}(length|tokens)"
    r"|prompt is too long|input is too long|too many (input |prompt )?tokens"
    r"|exceeds the maximum number of tokens"
    r"|range of input length|reduce the length|max_model_len|exceed_context_size",
    re.IGNORECASE,
)
_LARGER_THAN_THE_RATE = re.compile(r"request too large", re.IGNORECASE)
"""A prompt that alone is more than a minute's tokens, told with the status of a rate limit."""


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
            return True
        if self.out_of_credit or self.is_overflow or self.headers.get("x-should-retry") == "false":
            return False
        return self.status in RETRYABLE_STATUS or (
            self.status is not None
            and self.status >= 500
            and self.status not in LASTING_SERVER_STATUS
        )

    @property
    def is_overflow(self) -> bool:
        """Whether the provider says that the prompt is too long."""
        if self.status == 429:
            return bool(_LARGER_THAN_THE_RATE.search(self.words))
        if self.status not in OVERFLOW_STATUS:
            return False
        return bool(_OVERFLOW.search(f"{self.words} {self.code}"))

    @property
    def out_of_credit(self) -> bool:
        """Whether somebody has to pay before the next call."""
        return self.code in QUOTA_CODES or self.status == 402

    @property
    def may_cost(self) -> bool:
        """Whether the provider had begun to work, which is paid for although nothing came of it."""
        return self.kind in ("timeout", "cut", "malformed")
