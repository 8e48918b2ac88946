"""Every event of a run as a line, made when it comes into view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.text.line import Line
from warehouse.events import Effect, EffectFailed, WordsStreamed
from warehouse.history.entries import Entry
from warehouse.history.format.figures import excerpt
from warehouse.history.format.lines import lines_of
from warehouse.journal.journal import Event
from warehouse.terminal_text import safe_text

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


@dataclass(frozen=True, slots=True)
class EventLines:
    """A line for each event: its time, its kind in a word, where, and what."""

    events: Sequence[Event]
    entries: Sequence[Entry | None]
    """What each is in the transcript."""
    width: int = 0

    def __len__(self) -> int:
        return len(self.events)

    def line(self, number: int) -> Line:
        event = self.events[number]
        word, text = self._words(number)
        pieces = [(f"{word:<{WORD}} ", STYLES.get(word, "$foreground 60%"))]
        if event.where:
            pieces.append((f"{event.where} ", "$foreground 60%"))
        return Line((*pieces, (text, "")), lead=((f" {event.at[11:19]}  ", "$foreground 40%"),))

    def _words(self, number: int) -> tuple[str, str]:
        event, entry = self.events[number], self.entries[number]
        data = event.data
        if isinstance(data, WordsStreamed):
            return "words", excerpt(data.text)
        lines = lines_of(entry) if entry is not None else []
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
