"""Calls of models as rows: who asked which model, by which settings, and what came of it."""

from collections.abc import Iterator, Sequence

from company.lab.metrics.talk import words_in
from company.lab.rows.table import AMOUNT, NUMBER, TEXT, TEXTS, YES_NO, Column, Table, Values
from warehouse.events import CompletionEnded, CompletionStarted, EffectFailed
from warehouse.history.usage import usage_in_vain
from warehouse.journal.journal import Event


def read(events: Sequence[Event]) -> Iterator[tuple[Event, Values]]:
    """Every call that was answered or failed; one that is still waited for is none yet."""
    begun: dict[tuple[str, int], CompletionStarted] = {}
    for event in events:
        match event.data:
            case CompletionStarted() as asked:
                begun[event.where, asked.ordinal] = asked
            case CompletionEnded() as ended:
                yield event, _asked(begun.pop((event.where, ended.ordinal), None)) | _answer(ended)
            case EffectFailed(effect="completion") as failed:
                yield event, _asked(begun.pop((event.where, failed.ordinal), None)) | _vain(failed)


def _asked(asked: CompletionStarted | None) -> Values:
    if asked is None:
        return {}
    request = asked.request
    return {
        "speaker": asked.speaker or None,
        "listener": asked.listener or None,
        "model": asked.model or request.model,
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "sampling_seed": request.seed,
        "prompt_messages": len(request.messages),
        "tools": list(request.tools),
    }


def _answer(ended: CompletionEnded) -> Values:
    reply = ended.result
    return {
        "answered": True,
        "finish_reason": reply.finish_reason,
        "words": words_in(reply.text),
        "tool_calls": len(reply.calls),
        "prompt_tokens": reply.usage.prompt_tokens,
        "cached_tokens": reply.usage.cached_tokens,
        "completion_tokens": reply.usage.completion_tokens,
        "tokens_reported": reply.usage.reported,
        "cost": reply.cost,
        "seconds": reply.seconds,
    }


def _vain(failed: EffectFailed) -> Values:
    used = usage_in_vain(failed.used)
    return {
        "answered": False,
        "error": failed.error,
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "cost": used.cost,
    }


CALLS = Table(
    "calls",
    "A call of a model, answered or not.",
    (
        Column("speaker", TEXT, "The role that the model spoke for."),
        Column("listener", TEXT, "The role it spoke to."),
        Column("model", TEXT, "The model's id, with its provider."),
        Column("temperature", AMOUNT, "The sampling temperature asked for; null where none was."),
        Column("max_tokens", NUMBER, "The bound of the reply.", "tokens"),
        Column("sampling_seed", NUMBER, "The seed the provider was asked to sample by."),
        Column("prompt_messages", NUMBER, "How long the conversation was that was sent.", "messages"),
        Column("tools", TEXTS, "The tools offered in the model's own protocol."),
        Column("answered", YES_NO, "Whether an answer came; `calls` of the results counts these."),
        Column("finish_reason", TEXT, "Why the reply ended, as `stop`, or `length` where it was cut off."),
        Column("words", NUMBER, "Words of the reply: runs of letters and digits, code included.", "words"),
        Column("tool_calls", NUMBER, "Calls of tools in the reply, in the model's own protocol.", "calls"),
        Column("prompt_tokens", NUMBER, "Tokens read, by the provider's count.", "tokens"),
        Column("cached_tokens", NUMBER, "Those of them that the provider had in its cache.", "tokens"),
        Column("completion_tokens", NUMBER, "Tokens written.", "tokens"),
        Column("tokens_reported", YES_NO, "False where the provider counted nothing, and tokens are an estimate."),
        Column("cost", AMOUNT, "By the list price at the time; null where no price is known.", "USD"),
        Column("seconds", AMOUNT, "From the first attempt to the last word, waiting included.", "s"),
        Column("error", TEXT, "Why no answer came."),
    ),
    read,
)  # fmt: skip
"""Joined with `messages` by `run` and `seq`."""
