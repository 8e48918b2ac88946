"""What was said, as rows: the replies of models, the answers of people, and what a person said meanwhile."""

import re
from collections.abc import Iterator, Sequence

from company.lab.metrics.talk import SENT_BACK, words_in
from company.lab.rows.table import NUMBER, TEXT, YES_NO, Column, Table, Values
from warehouse.events import Intervened
from warehouse.history.entries import Interjected, Said
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import Event

ON_ITS_WAY = ("drop", "corrupt", "words")
"""Interventions by which what arrives is not what was said."""
_TURN = re.compile(r"/turn-(\d{1,6})(?=/|$)")


def read(events: Sequence[Event]) -> Iterator[tuple[Event, Values]]:
    """Everything with words in it; a reply that only calls tools says nothing."""
    fold = TranscriptFold()
    done: set[tuple[str, str, str]] = set()
    for event in events:
        entry = fold.add(event)
        if isinstance(event.data, Intervened):
            done.add((event.where, event.data.role, event.data.intervention))
        match entry:
            case Said(text=str(text)) as said if text:
                kinds = [kind for kind in ON_ITS_WAY if (said.where, said.speaker, kind) in done]
                yield event, _said(said) | {"altered": kinds[0] if kinds else None}
            case Interjected(role=role, text=text):
                yield event, {"listener": role, "text": text, **_length(text), "again": False}


def _said(said: Said) -> Values:
    turns = _TURN.findall(said.where)
    return {
        "speaker": said.speaker or None,
        "listener": said.listener or None,
        "model": said.model or None,
        "turn": int(turns[-1]) if turns else None,
        "again": SENT_BACK.search(said.where) is not None,
        "text": said.text,
        **_length(said.text),
    }


def _length(text: str) -> Values:
    return {"words": words_in(text), "characters": len(text)}


MESSAGES = Table(
    "messages",
    "Something that was said: a model's reply, a person's answer, or a person's word to a role at work.",
    (
        Column("speaker", TEXT, "The role that spoke; null for a person who plays none."),
        Column("listener", TEXT, "The role that was spoken to."),
        Column("model", TEXT, "The model that spoke for the role; null where a person did."),
        Column("turn", NUMBER, "The turn of the talk, from 1; a remark has that of the reply it is about."),
        Column("again", YES_NO, "Whether it was said since the reply before had been sent back."),
        Column("text", TEXT, "The words as they were said, without the model's private thoughts."),
        Column("altered", TEXT, "Why they did not arrive so: `drop` (at all), `corrupt`, or `words` (cut, where they were too many); null where they did."),
        Column("words", NUMBER, "Runs of letters and digits, code included.", "words"),
        Column("characters", NUMBER, "Characters of the text.", "characters"),
    ),
    read,
)  # fmt: skip
"""What models were shown before they spoke is in the conversations."""
