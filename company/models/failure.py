"""One attempt to call a model that gave no answer, before it is known whether to try again."""

from collections.abc import Mapping
from typing import Literal

Kind = Literal["status", "unreachable", "timeout", "cut", "malformed"]

QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
RETRYABLE_STATUS = frozenset({408, 409, 429})


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
        super().__init__(words)
        self.kind = kind
        self.words = words
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
        if self.code in QUOTA_CODES:
            return False
        return self.status is not None and (self.status in RETRYABLE_STATUS or self.status >= 500)
