"""Failure modes of multi-agent systems that a rule can see in a journal: six of the fourteen of MAST (Cemri et al. 2025,
arXiv 2503.13657). The others are about what was meant, and want a judge."""

from collections.abc import Iterable

from company.engine.draft import CHANGED_NOTHING
from company.lab.metrics.catalogue import Values
from company.lab.metrics.collaboration import reviewing
from company.lab.metrics.subject import Subject
from company.lab.metrics.talk import words_of
from warehouse.history.entries import Committed, Delivered, Ended, Entry, Executed, Said, StepEnded

SHORT = 20
"""Words; that a shorter reply comes again, as an approval does, is no repetition of a step."""


def measured(run: Subject) -> Values:
    """1 for each mode that the run shows, None where there was no occasion for it."""
    uptake = reviewing(run.entries)["uptake"]
    return {
        "step_repetition": _step_repetition(run.entries),
        "ignored_input": None if uptake is None else float(uptake < 1),
        "reasoning_action_mismatch": _reasoning_action_mismatch(run.entries),
        **_ending(run.entries, works=run.evaluation.works if run.evaluation else None),
    }


def _step_repetition(entries: Iterable[Entry]) -> float | None:
    replies = [
        (entry.speaker, tuple(words))
        for entry in entries
        if isinstance(entry, Said) and entry.model and len(words := words_of(entry.text)) >= SHORT
    ]
    return float(len(set(replies)) < len(replies)) if replies else None


def _reasoning_action_mismatch(entries: Iterable[Entry]) -> float | None:
    """Whether a phase was to change files and every file was left as it was."""
    idle = delivered = False
    for entry in entries:
        delivered = delivered or (isinstance(entry, Delivered) and bool(entry.files))
        idle = idle or (isinstance(entry, StepEnded) and CHANGED_NOTHING in entry.reason)
    return float(idle) if idle or delivered else None


def _ending(entries: Iterable[Entry], *, works: bool | None) -> Values:
    """What was thought of the work when it ended, which every change makes unknown again."""
    approved: bool | None = None
    runs: bool | None = None
    has_work, status = False, ""
    for entry in entries:
        match entry:
            case Committed(files=[_, *_]):
                approved, runs, has_work = None, None, True
            case Delivered(kind="verdict", fields={"approved": bool(verdict)}):
                approved = verdict
            case Executed(checks=checks):
                told = [check.ok for check in checks if check.ok is not None]
                runs = all(told) if told else None
            case Ended(status=ended):
                status = ended
    if not (has_work and status):
        return {}
    passed = approved is True or status == "verified"
    return {
        "premature_termination": float(approved is False or runs is False),
        "no_verification": float(approved is None and runs is None),
        "incorrect_verification": None if works is None else float(passed and not works),
    }
