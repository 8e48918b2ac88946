"""All by which people reach one run: its gate, its mailbox, what they say and are asked, and what is done
of what they ask for."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs
from pydantic import ValidationError

from company.cards.company_card import RunLimits
from company.engine.budget import Budget
from company.engine.signals.gate import Gate
from company.engine.signals.mailbox_poller import MailboxPoller
from company.engine.signals.questions import Questions
from company.engine.signals.signals import Signals
from company.models.prices import is_priced
from company.remote.commands import Answer, Command, GoOn, Pause, Raise, Say, Step, Stop
from company.remote.mailbox import Mailbox
from company.spec import RunSpec
from warehouse.errors import SofthouseError
from warehouse.events import Limits, LimitsSet, Note, PersonSaid
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
        post: MailboxPoller,
        *,
        where: Callable[[], str],
        fail: Callable[[SofthouseError], None],
    ) -> Iterator["CommandHandler"]:
        """Let the task that works on the run be told what to do for as long as this lasts.

        `where` and `fail` are as the command handler needs them.
        """
        worker = asyncio.current_task()
        assert worker is not None
        handler = CommandHandler(self, spec, journal, where, fail, worker)
        with post.bringing(self.mailbox, handler.carry_out):
            yield handler


@dataclass
class CommandHandler:
    """Carries out commands between two steps of the event loop; what it refuses it says in a note."""

    controls: Controls
    spec: RunSpec
    journal: Journal
    where: Callable[[], str]
    """The step that has begun last."""
    fail: Callable[[SofthouseError], None]
    """Told what makes it impossible to go on."""
    worker: "asyncio.Task[Any]"
    """What works on the run."""
    was_stopped: bool = False

    def carry_out(self, command: Command) -> None:
        """Do what is asked. Raises nothing: what goes wrong ends the run."""
        try:
            self._carry_out(command)
        except SofthouseError as error:
            self.fail(error)

    def _carry_out(self, command: Command) -> None:
        match command:
            case Pause():
                self.controls.gate.shut()
            case GoOn():
                self.controls.gate.open()
            case Step():
                self.controls.gate.open(for_one_phase=True)
            case Stop():
                self._stop()
            case Raise():
                self._limit(command)
            case Say():
                self._say(command)
            case Answer():
                if not self.controls.questions.answer(command.where, command.text):
                    self._refuse(f"nobody waits for an answer at {command.where}")

    def _stop(self) -> None:
        if not self.was_stopped:
            self.was_stopped = True
            self.worker.cancel()

    def _limit(self, command: Raise) -> None:
        budget = self.controls.budget
        changes = {
            name: value for name, value in structs.asdict(command).items() if value is not None
        }
        try:
            limits = RunLimits(**{**budget.limits.model_dump(), **changes})
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            self._refuse(f"{fault['loc'][0]} cannot be limited so: {fault['msg'].lower()}")
            return
        models = self.spec.speaking_models if "usd" in changes else frozenset()
        unpriced = next((model for model in models if not is_priced(model)), None)
        if unpriced is not None:
            self._refuse(f"no price is known for {unpriced}, so dollars cannot be limited")
        elif limits != budget.limits:
            budget.limits = limits
            self.journal.append(LimitsSet(Limits(**limits.model_dump())))

    def _say(self, command: Say) -> None:
        if command.role not in self.spec.models.keys() - self.spec.human_roles:
            self._refuse(f"no model speaks as {command.role} here")
            return
        message = PersonSaid(command.role, command.text)
        event = self.journal.append(message, self.where())
        self.controls.signals.add(event.seq, message)

    def _refuse(self, why: str) -> None:
        self.journal.append(Note(f"What you asked for was not done: {why}."))
