"""One run at one terminal: the view is fed, signals stop it gently, and the handover is told."""

import asyncio
import os
import signal
from collections.abc import Coroutine, Iterable, Sequence, Set
from typing import Any, TypeVar

import click

from company.cli.consent import consented
from company.cli.opened import called
from company.cli.output import can_show_views, say
from company.cli.run.handover import handover
from company.cli.run.terminal_person import TerminalPerson
from company.cli.views.view import JsonLines, Plain, View
from company.engine.run import Run
from company.engine.signals.questions import AbsentPerson, Person
from company.errors import Interrupted
from company.remote.launch import ELSEWHERE, PERSON
from company.rights import Right
from warehouse.errors import SofthouseError

T = TypeVar("T")


class Session:
    """Everything the terminal has to do with one run."""

    def __init__(
        self,
        *,
        plain: bool,
        as_json: bool,
        allowed: Iterable[str] = (),
        view: View | None = None,
    ) -> None:
        self.view = view or _choose_view(plain=plain, as_json=as_json)
        is_away = os.environ.get(PERSON) == ELSEWHERE
        self.person: Person = AbsentPerson() if is_away else TerminalPerson(self.view)
        self._may_ask = not (as_json or is_away)
        self._allowed = frozenset(allowed)
        self._run: Run | None = None

    def consent(self, rights: Sequence[Right]) -> Set[str]:
        """What the run may do, the person being asked. Raises ConsentNeeded where that is too little."""
        return consented(rights, self._allowed, may_ask=self._may_ask)

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


def _choose_view(*, plain: bool, as_json: bool) -> View:
    """The live view on a terminal, lines elsewhere, or what the person asked for."""
    if plain and as_json:
        raise click.UsageError("--plain and --json exclude each other.")
    if as_json:
        return JsonLines()
    if plain or not can_show_views():
        return Plain()
    from company.cli.views.live import LiveView

    return LiveView()


async def stoppable(job: Coroutine[Any, Any, T]) -> T:
    """Await a job that SIGTERM and SIGHUP cancel, as asyncio lets Ctrl-C do."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    loop.set_exception_handler(_tell_but_of_keys)
    return await job


def _tell_but_of_keys(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A second Ctrl-C ends whatever is just being done, in which there is no fault to tell of."""
    if not isinstance(context.get("exception"), KeyboardInterrupt):
        loop.default_exception_handler(context)
