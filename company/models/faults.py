"""Turns a failed call into one paragraph for a person: what is wrong, and what to do."""

import re
from datetime import datetime, timedelta

from company.errors import ProviderError
from company.models.endpoint import Endpoint
from company.models.failure import Failure
from company.models.model_id import nearest_models
from company.models.redact import redact
from warehouse.events import UsedInVain

LONGEST_TOLD = 366 * 24 * 3600.0
"""Seconds ahead for which a date is told; a broken server may ask for any number."""
_NAMES_A_MODEL = re.compile(r"model|deployment", re.IGNORECASE)
RESUME = "Nothing is lost: `softhouse resume` goes on from here."


class ContextOverflow(ProviderError):
    """The prompt does not fit the model's context window; a shorter one can succeed."""


def explain(
    failure: Failure,
    endpoint: Endpoint,
    *,
    attempts: int,
    wait: float | None,
    now: datetime,
    used: UsedInVain | None,
) -> ProviderError:
    """The error to raise; `wait` is what the provider asked for where that is too long to wait."""
    title = endpoint.id.provider.title
    who = f"{title[0].upper()}{title[1:]} (`{endpoint.id}`)"
    quoted = quote(failure, endpoint)
    if failure.is_overflow:
        return ContextOverflow(
            f"The prompt is too long for {who}: {quoted}. Choose a model with a larger context "
            "window, or a chain that shows each role less.",
            status=failure.status,
            used=used,
        )
    if wait is not None:
        text = (
            f"{who} asks to wait {_until(now, wait)} ({quoted}). Run `softhouse resume` after that."
        )
    else:
        text = f"{who} {_complaint(failure, endpoint, quoted, attempts)}"
    return ProviderError(
        redact(text, endpoint.secrets),
        retryable=failure.retryable,
        status=failure.status,
        used=used,
    )


def quote(failure: Failure, endpoint: Endpoint) -> str:
    """The provider's own words, on one line, short, without secrets or control characters."""
    words = redact(failure.words, endpoint.secrets)
    words = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    words = words if len(words) <= 300 else words[:297] + "…"
    return f"{failure.status}: {words}" if failure.status else words


def _until(now: datetime, seconds: float) -> str:
    if seconds > LONGEST_TOLD:
        return "for more than a year"
    return (now + timedelta(seconds=seconds)).strftime("until %Y-%m-%d %H:%M UTC")


def _complaint(failure: Failure, endpoint: Endpoint, quoted: str, attempts: int) -> str:
    provider = endpoint.id.provider
    key = provider.key_env or "its key"
    tried = f" after {attempts} attempts" if attempts > 1 else ""
    if failure.is_filtered:
        return (
            f"refused for what the question or the answer says: its content filter or the model itself "
            f"stopped it ({quoted}). Say it in other words, or choose another model. {RESUME}"
        )
    if failure.out_of_credit:
        return (
            f"has no credit left for your key ({quoted}). Pay in, or choose another model. {RESUME}"
        )
    if failure.status in (401, 403) or failure.cause == "key":
        return f"refused the key ({quoted}). Check {key}, or choose another model (`softhouse model list`)."
    if failure.status in (404, 405) and not _NAMES_A_MODEL.search(
        f"{failure.words} {failure.code}"
    ):
        return (
            f"has nothing to speak with at {endpoint.base_url} ({quoted}). Check the address: that of most "
            "servers ends in `/v1`."
        )
    if failure.status == 404 or failure.cause == "model":
        near = nearest_models(endpoint.id)
        ask = f" Did you mean `{near[0]}`?" if near else ""
        return f"does not know the model at {endpoint.base_url} ({quoted}).{ask} See `softhouse model list`."
    if failure.is_of_the_day:
        return f"has reached its limit of the day ({quoted}). Choose another model, or wait for the next day. {RESUME}"
    if failure.status == 429:
        return f"still limits the rate{tried} ({quoted}). Run fewer at once (`-j`). {RESUME}"
    if failure.status is not None and failure.retryable:
        return f"is out of order{tried} ({quoted}). {RESUME}"
    if failure.status is not None:
        return f"did not accept the request ({quoted}). `softhouse model test {endpoint.id}` tries the model alone."
    if failure.kind == "starved":
        return (
            f"wrote no answer: its {quoted}. Give replies more room (`max_reply_tokens` in the card of "
            f"the company), or choose a model that thinks less. {RESUME}"
        )
    where = f"Check that it runs at {endpoint.base_url}" + (
        "." if provider.own_machine else ", and your network."
    )
    where += f" `{provider.start}` starts it." if provider.start else ""
    match failure.kind:
        case "unreachable":
            return f"cannot be reached{tried} ({quoted}). {where} {RESUME}"
        case "timeout":
            return f"did not answer in time{tried} ({quoted}). {where} {RESUME}"
        case "cut":
            return f"broke off its answer{tried} ({quoted}). {RESUME}"
        case _:
            return f"answered with something that is no completion{tried} ({quoted}). {where}"
