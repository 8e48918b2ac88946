"""How roles worked on each other's work: verdicts and what became of them, who spoke, who said it again, whose
commits mended or broke what the checks ask for."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from company.lab.metrics.catalogue import Values, share_of
from company.lab.metrics.subject import Subject
from company.lab.metrics.talk import SENT_BACK, roles_of, words_of
from warehouse.events import CommitEnded, CommitStarted, ProductEvaluated
from warehouse.history.entries import Committed, Delivered, Entry, Said
from warehouse.journal.journal import Event

PHRASE = 8
"""Words that are taken for a repetition where they come again in the same order."""


def measured(run: Subject) -> Values:
    """Everything about working together; what there was no occasion for is None."""
    turns = [
        each for each in run.entries if isinstance(each, Said) and not SENT_BACK.search(each.where)
    ]
    return {
        **reviewing(run.entries),
        "turn_entropy": turn_entropy([turn.speaker for turn in turns]),
        "redundancy": redundancy([turn.text for turn in turns]),
        **mending(run.events, run.evaluation),
    }


def reviewing(entries: Iterable[Entry]) -> Values:
    """The verdicts that approved, and those that did not and were followed by a change of files."""
    approvals: list[bool] = []
    followed: list[bool] = []
    heard_in: str | None = None
    for entry in entries:
        match entry:
            case Delivered(kind="verdict", fields={"approved": bool(approved)}):
                approvals.append(approved)
                heard_in = None if approved else _loop_around(entry.where)
                followed += [False] * (not approved)
            case Committed(files=[_, *_]) if heard_in is not None and entry.where.startswith(
                heard_in
            ):
                followed[-1] = True
    return {"approval_rate": share_of(approvals), "uptake": share_of(followed)}


def _loop_around(where: str) -> str:
    """The path of the loop that a step is in, which is left when it is done with; empty for the whole run."""
    loop, in_a_round, _ = where.rpartition("/round-")
    return f"{loop}/" if in_a_round else ""


def turn_entropy(speakers: Sequence[str]) -> float | None:
    """Shannon's entropy of who spoke, as a share of what it is where all spoke as often."""
    turns = Counter(speakers)
    if len(turns) < 2:
        return 0.0 if turns else None
    shares = [count / turns.total() for count in turns.values()]
    return -sum(share * math.log(share) for share in shares) / math.log(len(turns))


def redundancy(replies: Iterable[str]) -> float | None:
    """The share of the phrases that had been said before, in the same reply or in an earlier one."""
    heard: set[int] = set()
    said = again = 0
    for reply in replies:
        words = [word.lower() for word in words_of(reply)]
        phrases = [
            hash(phrase) for phrase in zip(*(words[n:] for n in range(PHRASE)), strict=False)
        ]
        said += len(phrases)
        for phrase in phrases:
            again += phrase in heard
            heard.add(phrase)
    return again / said if said else None


def mending(events: Sequence[Event], evaluation: ProductEvaluated | None) -> Values:
    """Checks that began to pass and that ceased to, commit by commit; nothing where the checks were not tried."""
    if evaluation is None or not evaluation.judged:
        return {}
    mended, broken = Counter[str](), Counter[str]()
    speakers = _speakers(events)
    for before, after in pairwise(evaluation.history):
        speaker = speakers.get(after.commit, "")
        for passed, passes in zip(before.passed, after.passed, strict=False):
            mended[speaker] += passes and not passed
            broken[speaker] += passed and not passes
    values: Values = {"checks_mended": mended.total(), "checks_broken": broken.total()}
    for role in roles_of(mended, events):
        values |= {f"checks_mended.{role}": mended[role], f"checks_broken.{role}": broken[role]}
    return values


def _speakers(events: Iterable[Event]) -> dict[str, str]:
    """Commit → the role whose work it is; empty for the house itself."""
    asked: dict[tuple[str, int], str] = {}
    speakers: dict[str, str] = {}
    for event in events:
        match event.data:
            case CommitStarted(speaker=speaker, ordinal=ordinal):
                asked[event.where, ordinal] = speaker
            case CommitEnded(result=commit, ordinal=ordinal) if commit.sha:
                speakers.setdefault(commit.sha, asked.get((event.where, ordinal), ""))
    return speakers
