"""One sitting at a run: the view is fed, signals stop it gently, and the handover is told."""

import asyncio
import os
from collections.abc import Coroutine, Sequence
from typing import Any

from company.cli.opened import called
from company.cli.output import say
from company.cli.run.handover import handover
from company.cli.run.stoppable import stoppable
from company.cli.run.terminal_person import TerminalPerson
from company.cli.views.view import View
from company.engine.run import Run
from company.engine.signals.questions import AbsentPerson, Person
from company.errors import Interrupted
from company.remote.launch import ELSEWHERE, PERSON
from warehouse.errors import SofthouseError
from warehouse.journal.journal import Event


class Session:
    """Everything the terminal has to do with one run."""

    def __init__(self, view: View) -> None:
        self.view = view
        is_away = os.environ.get(PERSON) == ELSEWHERE
        self.person: Person = AbsentPerson() if is_away else TerminalPerson(view)
        self._run: Run | None = None

    def on_event(self, event: Event) -> None:
        self.view.on_event(event)

    def recall(self, past: Sequence[Event]) -> None:
        """Let the view know what happened before, without showing it again."""
        self.view.recall(past)

    def work(self, job: Coroutine[Any, Any, int]) -> int:
        """Run a job to its exit code. Raises Interrupted, saying how to go on, when stopped."""
        try:
            return asyncio.run(stoppable(job))
        except (KeyboardInterrupt, asyncio.CancelledError):
            if self._run is None:
                raise Interrupted("interrupted; nothing had begun.") from None
            raise Interrupted(
                f"interrupted; resume with: softhouse resume {called(self._run.folder)}"
            ) from None

    async def watch(self, run: Run) -> int:
        """Show the run until it ends, then tell where everything is. Returns the exit code."""
        self._run = run
        try:
            with self.view:
                summary = await run.work()
        except SofthouseError:
            self._tell(run)
            raise
        self._tell(run)
        return summary.exit_code or 0

    def _tell(self, run: Run) -> None:
        if self.view.speaks:
            for line in handover(run.summary, run.spec, run.folder, called(run.folder)):
                say(line)
