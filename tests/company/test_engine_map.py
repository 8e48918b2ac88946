"""The page of Protocols (`company/engine/__init__.py`) is true: the real classes are what it says."""

from importlib import import_module

import pytest

from company import engine
from company.deliverables.kind import deliverable_kind
from company.engine.chain import runner_of
from company.engine.draft import Draft
from company.engine.effects import Effects
from company.engine.office import CallOffice
from company.engine.phase import PhaseRunner
from company.engine.run_phases import RunPhases
from company.engine.steps import chain, direct, each, graph, loop, parallel, phase, when
from company.engine.workspace.merge import HouseCommits
from company.models.client import ModelClient
from company.tools.read import Read
from phases.steps.chain import ChainStep
from phases.steps.direct import DirectStep
from phases.steps.each import EachStep
from phases.steps.graph import GraphStep
from phases.steps.loop import LoopStep
from phases.steps.parallel import ParallelStep
from phases.steps.phase import PhaseStep
from phases.steps.registry import STEPS
from phases.steps.when import WhenStep
from phases.yields import KINDS, AnalysisYield, FilesYield, PassageYield, Yields
from warehouse.sandbox.stewarded import StewardedSandbox

LONGEST_PAGE = 120
"""Lines of the map; who needs more does not read it."""


def held_by_mypy(
    effects: Effects,
    model: ModelClient,
    sandbox: StewardedSandbox,
    draft: Draft,
    runner: PhaseRunner,
    phases: RunPhases,
    settlement: HouseCommits,
    read: Read,
    office: CallOffice,
) -> None:
    """Never called: that each of these may stand there is checked by mypy."""
    _door: engine.Effects = effects
    _model: engine.Model = model
    _sandbox: engine.Sandbox = sandbox
    _deliverable: engine.Deliverable = draft
    _phase: engine.Phase = runner
    _phases: engine.Phases = phases
    _upkeep: engine.Upkeep = settlement
    _tool: engine.Tool = read
    _office: engine.Office = office
    _phase_step: engine.Step[PhaseStep] = phase
    _loop: engine.Step[LoopStep] = loop
    _parallel: engine.Step[ParallelStep] = parallel
    _each: engine.Step[EachStep] = each
    _when: engine.Step[WhenStep] = when
    _chain: engine.Step[ChainStep] = chain
    _graph: engine.Step[GraphStep] = graph
    _direct: engine.Step[DirectStep] = direct


@pytest.mark.parametrize("kind", STEPS)
def test_every_kind_of_step_has_its_runner_in_the_file_called_like_it(kind: str) -> None:
    assert runner_of(kind) is import_module(f"company.engine.steps.{kind}")
    assert runner_of(kind).take.__doc__


@pytest.mark.parametrize(
    "yields",
    [
        Yields(decision={"language": "str"}),
        Yields(verdict={"approved": "bool"}),
        Yields(files=FilesYield()),
        Yields(passage=PassageYield()),
        Yields(document="MANUAL.md"),
        Yields(report=None),
        Yields(analysis=AnalysisYield()),
    ],
    ids=KINDS,
)
def test_every_kind_of_deliverable_is_the_class_in_the_file_called_like_it(yields: Yields) -> None:
    kind = deliverable_kind(yields)

    assert type(kind).__module__ == f"company.deliverables.{yields.kind}"
    assert kind.does


def test_the_map_stays_a_page() -> None:
    assert engine.__file__ is not None
    with open(engine.__file__, encoding="utf-8") as page:  # noqa: PTH123
        assert len(page.readlines()) <= LONGEST_PAGE
