"""Steering a company at work from the window: what each key of the run screen does to the run."""

from dataclasses import replace
from pathlib import Path

from textual.binding import ActiveBinding, Binding
from textual.screen import Screen

from company.remote.commands import Command, GoOn, Pause, Step, Stop
from company.remote.mailbox import send
from tui.run_state.playback import Playback
from tui.run_state.run_state import RunState
from tui.screens.fork import ForkScreen
from tui.screens.limits import BudgetScreen, resume
from tui.screens.questions import ConfirmScreen
from tui.screens.say import AnswerScreen, SayScreen
from warehouse.errors import SofthouseError
from warehouse.events import RunEnded
from warehouse.runs.folders import is_demo

NOBODY = "Nobody works on this run now. r goes on with it, F goes another way."
STEERING = frozenset(
    {"pause_or_go_on", "step", "stop", "budget", "interject", "answer", "resume", "fork"}
)
"""The actions of the run screen that change a run."""
FOR_LOOKING = "This run came with softhouse: it can be looked at, and nothing else."


class SteeredScreen(Screen[None]):
    """A screen that shows a run, and what a person can do to the run from there."""

    folder: Path
    playback: Playback
    _matters: frozenset[str] = frozenset()
    """The actions that are in the footer now."""

    @property
    def state(self) -> RunState:
        """The run as it is shown."""
        raise NotImplementedError

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """All keys that work now; those that would do nothing to this run are not in the footer."""
        return {
            key: active._replace(binding=self._as_it_matters(active.binding))
            for key, active in super().active_bindings.items()
        }

    def _as_it_matters(self, binding: Binding) -> Binding:
        if binding.action not in STEERING:
            return binding
        return replace(binding, show=binding.action in self._matters)

    def show_what_matters(self) -> None:
        """Have the footer drawn again where other keys matter than before."""
        matters = self._what_matters()
        if matters != self._matters:
            self._matters = matters
            self.refresh_bindings()

    def _what_matters(self) -> frozenset[str]:
        """The actions that the run, as it stands, is likely to want."""
        if is_demo(self.folder):
            return frozenset()
        if not self.playback.working:
            return frozenset({"fork"} | (set() if self._has_failed() else {"resume"}))
        now = self.state.now
        return frozenset(
            {"pause_or_go_on", "interject"}
            | ({"answer"} if now.questions else set())
            | ({"step", "stop"} if now.paused else set())
        )

    def action_pause_or_go_on(self) -> None:
        if self._is_worked_on():
            if self._present().now.paused:
                self._send(GoOn(), "It goes on.")
            else:
                self._send(Pause(), "It pauses as soon as the calls in flight have ended.")

    def action_step(self) -> None:
        if self._is_worked_on():
            self._send(Step(), "It pauses where the next phase would begin.")

    def action_stop(self) -> None:
        if self._is_worked_on():
            question = "Stop this run? Nothing is lost: it can be resumed."
            self.app.push_screen(
                ConfirmScreen(question, "Stop", danger=False),
                lambda yes: (
                    self._send(Stop(), "It stops. r goes on with it later.") if yes else None
                ),
            )

    def action_budget(self) -> None:
        if self._is_own():
            self.app.push_screen(BudgetScreen(self.folder, self._present()))

    def action_interject(self) -> None:
        if self._is_worked_on():
            self.app.push_screen(SayScreen(self.folder, self._present()))

    def action_answer(self) -> None:
        if not self._is_worked_on():
            return
        present = self._present()
        if present.now.questions:
            self.app.push_screen(AnswerScreen(self.folder, present))
        else:
            self._say("Nobody waits for an answer of yours.")

    def action_resume(self) -> None:
        if self.playback.working:
            self._say("It is being worked on.")
        elif self._is_own():
            resume(self.app, self.folder)

    def action_fork(self) -> None:
        """Fork at the step that is shown."""
        if self._is_own():
            where = self.state.now.summary.where
            self.app.push_screen(ForkScreen(self.folder, where))

    def _present(self) -> RunState:
        """The run as it stands now, also while the window shows its past."""
        playback = self.playback
        if len(self.state.events) == len(playback.events):
            return self.state
        present = RunState(playback.run_seconds)
        present.add(playback.events)
        return present

    def _has_failed(self) -> bool:
        """Whether the run failed, so that there is nothing to go on with."""
        events = self.playback.events
        last = events[-1] if events else None
        if last is None or not isinstance(last.data, RunEnded):
            return False
        return last.data.status == "failed"

    def _is_own(self) -> bool:
        if is_demo(self.folder):
            self._say(FOR_LOOKING)
            return False
        return True

    def _is_worked_on(self) -> bool:
        if not self._is_own():
            return False
        self.playback.look_who_works()
        if not self.playback.working:
            self._say(NOBODY)
        return self.playback.working

    def _send(self, command: Command, outcome: str) -> None:
        try:
            send(self.folder, command)
        except SofthouseError as error:
            self.app.notify(str(error), severity="error")
        else:
            self._say(outcome)

    def _say(self, words: str) -> None:
        self.app.notify(words, timeout=3)
