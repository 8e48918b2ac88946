"""The kinds of step, each a line: whoever reads chains asks a step of itself, and knows no kind."""

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Discriminator, Tag

from phases.steps.best_of import BestOfStep
from phases.steps.chain import ChainStep
from phases.steps.direct import DirectStep
from phases.steps.each import EachStep
from phases.steps.graph import GraphStep
from phases.steps.loop import LoopStep
from phases.steps.parallel import ParallelStep
from phases.steps.phase import PhaseStep
from phases.steps.step import BaseStep
from phases.steps.when import WhenStep

_KINDS: tuple[type[BaseStep], ...] = (
    PhaseStep,
    LoopStep,
    ParallelStep,
    EachStep,
    BestOfStep,
    WhenStep,
    ChainStep,
    GraphStep,
    DirectStep,
)
STEPS = {kind.kind: kind for kind in _KINDS}
"""Every kind of step by its name in YAML."""


def _kind_of(value: Any) -> str | None:
    if isinstance(value, BaseStep):
        return value.kind
    if isinstance(value, str):
        return "phase"
    if isinstance(value, dict) and len(value) == 1:
        return str(next(iter(value)))
    return None


if TYPE_CHECKING:
    Step = BaseStep
else:
    Step = Annotated[
        Union[tuple(Annotated[kind, Tag(kind.kind)] for kind in _KINDS)],  # noqa: UP007
        Discriminator(_kind_of),
    ]

for _kind in _KINDS:
    _kind.model_rebuild()
