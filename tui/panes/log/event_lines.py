"""Every event of a run as a line, made when it comes into view."""

from collections.abc import Mapping, Sequence

from tui.text.line import Line
from warehouse.events import Effect, EffectEnded, EffectFailed, EffectStarted, WordsStreamed
from warehouse.history.format.figures import excerpt
from warehouse.history.format.lines import lines_of
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import Event
from warehouse.terminal_text import safe_text

FURTHEST = 20_000
"""Events that are looked through for the beginning of an effect; a reply may come in thousands."""
WORD = 8
"""Characters of the word that `lines_of` begins a line with."""

STYLES: Mapping[str, str] = {
    "run": "$text-primary bold",
    "fork": "$text-primary bold",
    "resume": "$text-primary bold",
    "end": "$text-primary bold",
    "phase": "$text-primary",
    "round": "$text-primary",
    "says": "$text-success",
    "commit": "$text-warning",
    "check": "$text-secondary",
    "failed": "$text-error",
    "rejected": "$text-error",
    "note": "$text-warning",
}
VERBS: Mapping[str, str] = {"started": "begins", "ended": "ends"}
"""Of what the transcript does not tell."""


class EventLines:
    """A line for each event: its time, its kind in a word, where, and what."""

    width = 0

    def __init__(self, events: Sequence[Event] = ()) -> None:
        self._events = events

    def __len__(self) -> int:
        return len(self._events)

    def line(self, number: int) -> Line:
        event = self._events[number]
        word, text = self._words(number)
        pieces = [(f"{word:<{WORD}} ", STYLES.get(word, "$foreground 60%"))]
        if event.where:
            pieces.append((f"{event.where} ", "$foreground 60%"))
        return Line((*pieces, (text, "")), lead=((f" {event.at[11:19]}  ", "$foreground 40%"),))

    def _words(self, number: int) -> tuple[str, str]:
        event = self._events[number]
        data = event.data
        if isinstance(data, WordsStreamed):
            return "words", excerpt(data.text)
        lines = self._lines(number)
        if not lines:
            what = data.effect if isinstance(data, Effect | EffectFailed) else ""
            happened = event.kind.rpartition(".")[2]
            return VERBS.get(happened, happened), what
        word, text = lines[0][:WORD].strip(), lines[0][WORD:].strip()
        more = f"  (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        return (
            word,
            f"{text.removeprefix(safe_text(event.where, keep_newlines=False))}{more}".strip(),
        )

    def _lines(self, number: int) -> list[str]:
        """What the transcript says of an event, which for an effect's end takes its beginning."""
        fold = TranscriptFold()
        event = self._events[number]
        if isinstance(event.data, EffectEnded):
            beginning = self._beginning(number, event.data.ordinal)
            if beginning is not None:
                fold.add(beginning)
        entry = fold.add(event)
        return lines_of(entry) if entry is not None else []

    def _beginning(self, number: int, ordinal: int) -> Event | None:
        where = self._events[number].where
        for before in range(number - 1, max(number - FURTHEST, 0) - 1, -1):
            event = self._events[before]
            if event.kind == EffectStarted.KIND and event.where == where:
                match event.data:
                    case EffectStarted(ordinal=begun) if begun == ordinal:
                        return event
        return None
