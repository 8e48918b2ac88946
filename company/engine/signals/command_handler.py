"""The command handler of a run: what a person asks for is carried out."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from msgspec import structs
from pydantic import ValidationError

from company.cards.company_card import RunLimits
from company.engine.budget import Budget
from company.engine.signals.gate import Gate
from company.engine.signals.questions import Questions
from company.engine.signals.signals import Signals
from company.remote.commands import Answer, Command, GoOn, Pause, Raise, Say, Step, Stop
from warehouse.errors import SofthouseError
from warehouse.events import Limits, LimitsSet, Note, PersonSaid
from warehouse.journal.journal import Journal


@dataclass
class CommandHandler:
    """Carries out commands between two steps of the event loop; what it refuses it says in a note."""

    journal: Journal
    gate: Gate
    budget: Budget
    signals: Signals
    questions: Questions
    listening: Collection[str]
    """The roles that a model speaks for."""
    unpriced: Callable[[], str | None]
    """A model whose calls have no known price, if there is one."""
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
                self.gate.shut()
            case GoOn():
                self.gate.open()
            case Step():
                self.gate.open(for_one_phase=True)
            case Stop():
                self._stop()
            case Raise():
                self._limit(command)
            case Say():
                self._say(command)
            case Answer():
                if not self.questions.answer(command.where, command.text):
                    self._refuse(f"nobody waits for an answer at {command.where}")

    def _stop(self) -> None:
        if not self.was_stopped:
            self.was_stopped = True
            self.worker.cancel()

    def _limit(self, command: Raise) -> None:
        changes = {
            name: value for name, value in structs.asdict(command).items() if value is not None
        }
        try:
            limits = RunLimits(**{**self.budget.limits.model_dump(), **changes})
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            self._refuse(f"{fault['loc'][0]} cannot be limited so: {fault['msg'].lower()}")
            return
        unpriced = self.unpriced() if "usd" in changes else None
        if unpriced is not None:
            self._refuse(f"no price is known for {unpriced}, so dollars cannot be limited")
        elif limits != self.budget.limits:
            self.budget.limits = limits
            self.journal.append(LimitsSet(Limits(**limits.model_dump())))

    def _say(self, command: Say) -> None:
        if command.role not in self.listening:
            self._refuse(f"no model speaks as {command.role} here")
            return
        message = PersonSaid(command.role, command.text)
        event = self.journal.append(message, self.where())
        self.signals.add(event.seq, message)

    def _refuse(self, why: str) -> None:
        self.journal.append(Note(f"What you asked for was not done: {why}."))
