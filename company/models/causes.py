"""What the error of a provider is about, by its status, its codes and its words, as data."""

import re
from dataclasses import dataclass
from typing import Literal

Cause = Literal["overflow", "credit", "key", "model", "filter"]
"""The prompt is too long, somebody must pay, the key or the model is not known, the content is barred."""


@dataclass(frozen=True, slots=True)
class _Rule:
    cause: Cause
    statuses: frozenset[int]
    signs: re.Pattern[str]


def _rule(cause: Cause, statuses: set[int], signs: str) -> _Rule:
    return _Rule(cause, frozenset(statuses), re.compile(signs, re.IGNORECASE | re.VERBOSE))


_RULES = (
    # With the status of a rate limit, it is a prompt that alone is more than a minute's tokens.
    _rule("overflow", {413, 429}, r"(request|entity|payload|body) \s too \s large"),
    _rule(
        "credit",
        {400, 401, 402, 403, 429},
        r"""insufficient_quota | billing_hard_limit_reached | billing_not_active
        | credit_balance_exhausted | exceeded_current_quota_error
        | (organization|project)_(spend|usage)_limit_exceeded | \barrearage\b""",
    ),
    _rule(
        "credit",
        {400, 402, 403},
        r"""credit \s balance | insufficient \s (account \s)? (balance|credit|funds)
        | payment \s required | 余额不足 | 欠费""",
    ),
    _rule(
        "key",
        {400},
        r"""api.?key .{0,20} (not \s valid|invalid|expired|missing) | (invalid|incorrect|wrong) .{0,10} api.?key
        | authentication_error | unauthori[sz]ed""",
    ),
    _rule(
        "filter",
        {400, 403, 422, 451},
        r"""content.?(filter|policy|moderation) | content \s management \s policy | responsible.?ai
        | data.?inspection | inappropriate \s content | sensitive \s (content|words?|information)
        | \bflagged\b | 敏感""",
    ),
    _rule(
        "overflow",
        # 500 too: some servers on the user's own machine say it so.
        {400, 413, 422, 500},
        r"""context.?(length|size|window|limit) | exceed_context | max_model_len | \bn_ctx\b | \b1261\b
        | max(imum)? .{0,20} (context|prompt|input) .{0,20} (length|tokens)
        | (prompt|inputs?|messages?|conversation|text)\b .{0,60} (too \s (long|large)|exceed|longer \s than|above.max)
        | too \s many \s (input \s|prompt \s)? tokens | exceeds \s the \s maximum \s number \s of \s tokens
        | range \s of \s input \s length | reduce \s the \s length | inputs.? \s tokens
        | (input|prompt|string)_(too_long|above_max_length) | request_too_large | tokens_limit_reached
        | must \s be \s at \s least \s 1, \s got \s - | 上下文 | (输入|提示|长度) .{0,12} (超|过长)""",
    ),
    _rule(
        "model",
        {400, 422},
        r"""model_not_found | no \s such \s model | unknown \s model | invalid \s model \s (name|id)
        | \bmodel\b .{0,60} (not \s found|(does \s not|doesn't|not) \s exist) | 模型不存在""",
    ),
)
STATUS = {"overflow": 400, "credit": 402, "key": 401, "model": 404, "filter": 400}
"""What an error within a stream, which has no status of its own, would have had as one."""


def cause_of(status: int | None, told: str) -> Cause | None:
    """What an error is about that tells so much; of one without a status, the words alone decide."""
    for rule in _RULES:
        if (status is None or status in rule.statuses) and rule.signs.search(told):
            return rule.cause
    return None
