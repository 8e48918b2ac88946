"""Steering a company at work from the window: what each key of the run screen does to the run."""

from pathlib import Path
from typing import Any, Protocol

from textual.app import App
from textual.screen import Screen

from company.remote.commands import Command, GoOn, Pause, Step, Stop
from company.remote.mailbox import send
from tui.run_state.run_state import RunState
from tui.run_state.transport import Transport
from tui.screens.answer import AnswerScreen
from tui.screens.budget import BudgetScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.fork import ForkScreen
from tui.screens.resume import resume
from tui.screens.say import SayScreen
from warehouse.errors import SofthouseError
from warehouse.events import RunEnded
from warehouse.runs.folders import is_demo

NOBODY = "Nobody works on this run now. r goes on with it, F goes another way."
STEERING = frozenset(
    {"pause_or_go_on", "step", "stop", "budget", "interject", "answer", "resume", "fork"}
)
"""The actions of the run screen that change a run."""
FOR_LOOKING = "This run came with softhouse: it can be looked at, and nothing else."


class ShowsRun(Protocol):
    """A screen with a run on it."""

    folder: Path
    transport: Transport

    @property
    def app(self) -> App[Any]:
        """The window it is in."""

    @property
    def state(self) -> RunState:
        """The run as it is shown."""


class Steering:
    """What a person can do to the run that a screen shows."""

    def __init__(self, screen: ShowsRun) -> None:
        self._screen = screen

    def what_matters(self) -> frozenset[str]:
        """The actions that the run, as it stands, is likely to want."""
        if is_demo(self._screen.folder):
            return frozenset()
        if not self._screen.transport.working:
            return frozenset({"fork"} | (set() if self._has_ended() else {"resume"}))
        now = self._screen.state.now
        return frozenset(
            {"pause_or_go_on", "interject"}
            | ({"answer"} if now.questions else set())
            | ({"step", "stop"} if now.paused else set())
        )

    def pause_or_go_on(self) -> None:
        if self._is_worked_on():
            paused = self._present().now.paused
            said = (
                "It goes on." if paused else "It pauses as soon as the calls in flight have ended."
            )
            self._send(GoOn() if paused else Pause(), said)

    def step(self) -> None:
        if self._is_worked_on():
            self._send(Step(), "It pauses where the next phase would begin.")

    def stop(self) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self._send(Stop(), "It stops. r goes on with it later.")

        if self._is_worked_on():
            question = "Stop this run? Nothing is lost: it can be resumed."
            self._screen.app.push_screen(ConfirmScreen(question, "Stop", danger=False), answered)

    def budget(self) -> None:
        if self._is_ours():
            self._open(BudgetScreen(self._screen.folder, self._present()))

    def interject(self) -> None:
        if self._is_worked_on():
            self._open(SayScreen(self._screen.folder, self._present()))

    def answer(self) -> None:
        if not self._is_worked_on():
            return
        present = self._present()
        if present.now.questions:
            self._open(AnswerScreen(self._screen.folder, present))
        else:
            self._say("Nobody waits for an answer of yours.")

    def resume(self) -> None:
        if self._screen.transport.working:
            self._say("It is being worked on.")
        elif self._is_ours():
            resume(self._screen.app, self._screen.folder)

    def fork(self) -> None:
        """Fork at the step that is shown."""
        if self._is_ours():
            where = self._screen.state.now.summary.where
            self._open(ForkScreen(self._screen.folder, where))

    def _present(self) -> RunState:
        """The run as it stands now, also while the window shows its past."""
        transport = self._screen.transport
        if len(self._screen.state.events) == len(transport.events):
            return self._screen.state
        present = RunState(transport.run_seconds)
        present.add(transport.events)
        return present

    def _has_ended(self) -> bool:
        """Whether the run was handed over or failed, so that there is nothing to go on with."""
        events = self._screen.transport.events
        last = events[-1] if events else None
        if last is None or not isinstance(last.data, RunEnded):
            return False
        return last.data.status != "stopped"

    def _is_ours(self) -> bool:
        if is_demo(self._screen.folder):
            self._say(FOR_LOOKING)
            return False
        return True

    def _is_worked_on(self) -> bool:
        if not self._is_ours():
            return False
        self._screen.transport.look_who_works()
        if not self._screen.transport.working:
            self._say(NOBODY)
        return self._screen.transport.working

    def _send(self, command: Command, said: str) -> None:
        try:
            send(self._screen.folder, command)
        except SofthouseError as error:
            self._screen.app.notify(str(error), severity="error")
        else:
            self._say(said)

    def _say(self, words: str) -> None:
        self._screen.app.notify(words, timeout=3)

    def _open(self, dialog: Screen[Any]) -> None:
        self._screen.app.push_screen(dialog)
