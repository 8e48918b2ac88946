"""What is measured: one run, as its journal, its product and its evaluation show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from company.engine.context.inspection import Inspection
from company.lab.evaluation.evaluation import evaluation_in
from company.lab.evaluation.parts import Parts, parts_of
from warehouse.events import ProductEvaluated
from warehouse.history.entries import Entry
from warehouse.history.transcript import transcript
from warehouse.journal.journal import Event


@dataclass(frozen=True)
class Subject:
    """A run from anywhere: nothing in it is believed. What several metrics need is looked at once."""

    events: Sequence[Event]
    files: Mapping[str, bytes]
    """The delivered product."""

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """The journal as a reader knows it."""
        return transcript(self.events)

    @cached_property
    def evaluation(self) -> ProductEvaluated | None:
        """What the lab found when it ran the product; None where it did not."""
        return evaluation_in(self.events)

    @cached_property
    def inspection(self) -> Inspection:
        """What the files alone say: texts, languages, the main file, what is not implemented."""
        return Inspection(self.files)

    @cached_property
    def parts(self) -> Parts:
        """The code, told apart into the program and its tests."""
        return parts_of(self.inspection.texts)

    @property
    def similarity(self) -> float | None:
        """The cosine of task and program, 0 to 1; None where it was not measured."""
        cosine = self.evaluation.consistency if self.evaluation is not None else None
        return None if cosine is None else min(max(cosine, 0.0), 1.0)
