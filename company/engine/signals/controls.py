"""All by which people reach one run: its gate, its mailbox, what they say and are asked."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from company.engine.budget import Budget
from company.engine.signals.command_handler import CommandHandler
from company.engine.signals.gate import Gate
from company.engine.signals.post_round import PostRound
from company.engine.signals.questions import Questions
from company.engine.signals.signals import Signals
from company.models.prices import is_priced
from company.remote.mailbox import Mailbox
from company.spec import RunSpec
from warehouse.errors import SofthouseError
from warehouse.journal.journal import Event, Journal


@dataclass(frozen=True)
class Controls:
    """The controls of one run; nobody is at them before `attended`."""

    mailbox: Mailbox
    gate: Gate
    signals: Signals
    budget: Budget
    questions: Questions = field(default_factory=Questions)

    @classmethod
    def of(
        cls, mailbox: Mailbox, journal: Journal | None, past: Iterable[Event], budget: Budget
    ) -> "Controls":
        """The controls of a run with that past; without a journal nothing can be done by them."""
        return cls(mailbox, Gate(journal, budget), Signals(past), budget)

    @contextmanager
    def attended(
        self,
        spec: RunSpec,
        journal: Journal,
        post: PostRound,
        *,
        where: Callable[[], str],
        fail: Callable[[SofthouseError], None],
    ) -> Iterator[CommandHandler]:
        """Let the task that works on the run be told what to do for as long as this lasts.

        `where` and `fail` are as the command handler needs them.
        """
        worker = asyncio.current_task()
        assert worker is not None
        models = spec.models
        handler = CommandHandler(
            journal=journal,
            gate=self.gate,
            budget=self.budget,
            signals=self.signals,
            questions=self.questions,
            listening=models.keys() - spec.human_roles,
            unpriced=lambda: next((m for m in models.values() if not is_priced(m)), None),
            where=where,
            fail=fail,
            worker=worker,
        )
        with post.bringing(self.mailbox, handler.carry_out):
            yield handler
