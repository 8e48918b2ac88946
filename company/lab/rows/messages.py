"""What was said, as rows: the replies of models, the answers of people, and what a person said meanwhile."""

import re
from collections.abc import Iterator, Sequence

from company.engine.interventions import first_words
from company.lab.metrics.talk import SENT_BACK, words_in
from company.lab.rows.table import NUMBER, TEXT, YES_NO, Column, Table, Values
from warehouse.events import Intervened
from warehouse.history.entries import Interjected, Said
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import Event

_TURN = re.compile(r"/turn-(\d{1,6})(?=/|$)")


def read(events: Sequence[Event]) -> Iterator[tuple[Event, Values]]:
    """Everything with words in it; a reply that only calls tools says nothing."""
    fold = TranscriptFold()
    done: dict[str, list[Intervened]] = {}
    for event in events:
        if isinstance(event.data, Intervened):
            done.setdefault(event.where, []).append(event.data)
        match fold.add(event):
            case Said(text=str(text)) as said:
                # What is done to a reply is recorded in its place, before it is asked for.
                altered = _altered(text, done.pop(event.where, []))
                if text:
                    yield event, _said(said) | {"altered": altered}
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


def _altered(text: str, done: Sequence[Intervened]) -> str | None:
    kinds = [
        each.intervention
        for each in done
        if each.intervention in ("drop", "corrupt")
        or (each.intervention == "words" and _is_cut(text, each.most))
    ]
    return "drop" if "drop" in kinds else ", ".join(kinds) or None


def _is_cut(text: str, most: int) -> bool:
    """Whether it was longer than that; of what was recorded before bounds were, it is not known to be shorter."""
    return not most or text != first_words(text, most)


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
        Column("altered", TEXT, "What interventions did to it on its way: `drop`, nobody heard it; `corrupt`, words were lost by chance, of a short text perhaps none; `words`, it was cut; null where it arrived as it was."),
        Column("text", TEXT, "The words as their role wrote them, without the model's private thoughts."),
        Column("words", NUMBER, "Runs of letters and digits, code included.", "words"),
        Column("characters", NUMBER, "Characters of the text.", "characters"),
    ),
    read,
)  # fmt: skip
"""What models were shown before they spoke is in the conversations."""
