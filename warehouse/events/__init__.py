"""What a journal tells: a struct for each kind of event, which every event is written and read through."""

from functools import reduce
from operator import or_
from typing import Any

from warehouse.events.base import EventData as EventData
from warehouse.events.base import MalformedEvent as MalformedEvent
from warehouse.events.base import UnknownEvent as UnknownEvent
from warehouse.events.base import classes as classes
from warehouse.events.checks import BaselineTaken as BaselineTaken
from warehouse.events.checks import CheckOutcome as CheckOutcome
from warehouse.events.checks import CheckRecord as CheckRecord
from warehouse.events.checks import CommitOutcome as CommitOutcome
from warehouse.events.checks import ImportOutcome as ImportOutcome
from warehouse.events.checks import Mutation as Mutation
from warehouse.events.checks import ProductChecked as ProductChecked
from warehouse.events.checks import ProductEvaluated as ProductEvaluated
from warehouse.events.checks import SuiteCounts as SuiteCounts
from warehouse.events.checks import Witness as Witness
from warehouse.events.effect import EFFECT_KINDS as EFFECT_KINDS
from warehouse.events.effect import AcceptanceEnded as AcceptanceEnded
from warehouse.events.effect import AcceptanceStarted as AcceptanceStarted
from warehouse.events.effect import AnswerEnded as AnswerEnded
from warehouse.events.effect import AnswerStarted as AnswerStarted
from warehouse.events.effect import CommitEnded as CommitEnded
from warehouse.events.effect import CommitStarted as CommitStarted
from warehouse.events.effect import CompletionEnded as CompletionEnded
from warehouse.events.effect import CompletionStarted as CompletionStarted
from warehouse.events.effect import Effect as Effect
from warehouse.events.effect import EffectEnded as EffectEnded
from warehouse.events.effect import EffectFailed as EffectFailed
from warehouse.events.effect import EffectStarted as EffectStarted
from warehouse.events.effect import MapEnded as MapEnded
from warehouse.events.effect import MapStarted as MapStarted
from warehouse.events.effect import SandboxEnded as SandboxEnded
from warehouse.events.effect import SandboxStarted as SandboxStarted
from warehouse.events.effect import TagEnded as TagEnded
from warehouse.events.effect import TagStarted as TagStarted
from warehouse.events.effect import ToolEnded as ToolEnded
from warehouse.events.effect import ToolStarted as ToolStarted
from warehouse.events.effect import UsedInVain as UsedInVain
from warehouse.events.effect_data import AcceptanceRequest as AcceptanceRequest
from warehouse.events.effect_data import AcceptanceResult as AcceptanceResult
from warehouse.events.effect_data import AnswerRequest as AnswerRequest
from warehouse.events.effect_data import AnswerResult as AnswerResult
from warehouse.events.effect_data import ChangedFile as ChangedFile
from warehouse.events.effect_data import CommandResult as CommandResult
from warehouse.events.effect_data import CommitRequest as CommitRequest
from warehouse.events.effect_data import CommitResult as CommitResult
from warehouse.events.effect_data import CompletionRequest as CompletionRequest
from warehouse.events.effect_data import CompletionResult as CompletionResult
from warehouse.events.effect_data import MapRequest as MapRequest
from warehouse.events.effect_data import MapResult as MapResult
from warehouse.events.effect_data import RecordedMessage as RecordedMessage
from warehouse.events.effect_data import SandboxRequest as SandboxRequest
from warehouse.events.effect_data import SandboxResult as SandboxResult
from warehouse.events.effect_data import TagRequest as TagRequest
from warehouse.events.effect_data import TagResult as TagResult
from warehouse.events.effect_data import TokensUsed as TokensUsed
from warehouse.events.effect_data import ToolCall as ToolCall
from warehouse.events.effect_data import ToolRequest as ToolRequest
from warehouse.events.effect_data import ToolResult as ToolResult
from warehouse.events.intervention import Intervened as Intervened
from warehouse.events.passages import Passage as Passage
from warehouse.events.pictures import Picture as Picture
from warehouse.events.pictures import Sighting as Sighting
from warehouse.events.remarks import CallRetried as CallRetried
from warehouse.events.remarks import Note as Note
from warehouse.events.remarks import PersonSaid as PersonSaid
from warehouse.events.remarks import WordsStreamed as WordsStreamed
from warehouse.events.rows import Rows as Rows
from warehouse.events.run import CardKind as CardKind
from warehouse.events.run import Limits as Limits
from warehouse.events.run import LimitsSet as LimitsSet
from warehouse.events.run import NewerSpec as NewerSpec
from warehouse.events.run import RunContinued as RunContinued
from warehouse.events.run import RunEnded as RunEnded
from warehouse.events.run import RunForked as RunForked
from warehouse.events.run import RunPaused as RunPaused
from warehouse.events.run import RunResumed as RunResumed
from warehouse.events.run import RunStarted as RunStarted
from warehouse.events.run import SpecRecord as SpecRecord
from warehouse.events.run import TaskGiven as TaskGiven
from warehouse.events.run import VersionStarted as VersionStarted
from warehouse.events.step import DeliverableAccepted as DeliverableAccepted
from warehouse.events.step import DeliverableRejected as DeliverableRejected
from warehouse.events.step import StepEnded as StepEnded
from warehouse.events.step import StepStarted as StepStarted
from warehouse.events.teamwork import LineNoted as LineNoted
from warehouse.events.teamwork import PlanItem as PlanItem
from warehouse.events.teamwork import PlanMade as PlanMade

OF_THE_RUN = (
    RunStarted,
    RunForked,
    VersionStarted,
    RunResumed,
    RunPaused,
    RunContinued,
    LimitsSet,
    RunEnded,
)
"""Data that concern the run as a whole and not its work."""

_DATA: tuple[type[EventData], ...] = (
    *OF_THE_RUN,
    StepStarted,
    StepEnded,
    EffectStarted,
    EffectEnded,
    EffectFailed,
    WordsStreamed,
    CallRetried,
    PersonSaid,
    Intervened,
    Note,
    LineNoted,
    PlanMade,
    DeliverableAccepted,
    DeliverableRejected,
    BaselineTaken,
    ProductChecked,
    ProductEvaluated,
)
KINDS: dict[str, Any] = {data.KIND: data for data in _DATA} | {
    EffectStarted.KIND: reduce(or_, (kind.starts for kind in EFFECT_KINDS)),
    EffectEnded.KIND: reduce(or_, (kind.ends for kind in EFFECT_KINDS)),
}
"""Each kind of event, and what its data are read as."""
