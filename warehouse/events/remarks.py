"""Events that are words: streamed, said by a person, or meant for one."""

from typing import ClassVar

from warehouse.events.base import EventData


class WordsStreamed(EventData, frozen=True):
    """A piece of a reply that is still being written; never recalled."""

    KIND: ClassVar[str] = "words"

    text: str = ""


class CallRetried(EventData, frozen=True):
    """An attempt of a call has failed, and the next one begins; never recalled."""

    KIND: ClassVar[str] = "retry"

    text: str = ""


class PersonSaid(EventData, frozen=True):
    """A person has said something to a role at work."""

    KIND: ClassVar[str] = "interjection"

    role: str = ""
    text: str = ""


class Note(EventData, frozen=True):
    """Something a person should know: a trimmed prompt, a phase that failed."""

    KIND: ClassVar[str] = "note"

    text: str = ""
