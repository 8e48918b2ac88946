"""Answering what a person of the company was asked."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, TextArea

from company.remote.commands import Answer
from company.remote.mailbox import send
from tui.run_state.run_state import RunState
from tui.screens.choice import Choice
from tui.screens.form import FormScreen
from tui.text.plain import PlainStatic
from warehouse.errors import SofthouseError
from warehouse.history.format.figures import excerpt
from warehouse.history.now import PendingReply

CONSENT = "approve"
"""A word that a company takes as consent."""
COMPANY = "company"
"""Who listens where a verdict is asked for; in a talk it is a role."""
APPROVAL = "approval"
"""How the place begins where a person is asked whether a deliverable will do."""


class AnswerScreen(FormScreen[Answer]):
    """Shows a question in full and sends the answer; of several questions one is chosen first."""

    BINDING_GROUP_TITLE = "Answer"
    HEADING = "A question for you"
    VERB = "Answer"
    WORKING = "Sending …"
    DEFAULT_CSS = """
    AnswerScreen #asked { height: auto; max-height: 40vh; margin-top: 1; scrollbar-size: 1 1; }
    AnswerScreen Choice { max-height: 3; }
    AnswerScreen #asked.-beside { max-height: 25vh; }
    AnswerScreen #question { height: auto; }
    AnswerScreen TextArea { height: 4; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g", "approve", "Approve", priority=True, tooltip="Agree, in one key"),
        Binding("ctrl+up", "scroll(-1)", "Question up", show=False, priority=True),
        Binding("ctrl+down", "scroll(1)", "Question down", show=False, priority=True),
    ]

    def __init__(self, folder: Path, state: RunState) -> None:
        super().__init__()
        self._folder = folder
        self._title_of = state.title_of
        self._questions = state.now.questions

    def fields(self) -> Iterator[Widget]:
        if len(self._questions) > 1:
            yield Choice(map(self._in_short, self._questions), id="which")
        with VerticalScroll(id="asked", classes="-beside" if len(self._questions) > 1 else ""):
            yield PlainStatic(id="question")
        yield TextArea(id="words", soft_wrap=True, placeholder="Your answer")

    def on_mount(self) -> None:
        approve = Button("Approve (ctrl+g)", id="approve", variant="success", compact=True)
        self.query_one("#buttons").mount(approve, before=0)
        if not self._questions:
            self.say("Nobody waits for an answer.")
        self._show_question()
        self.query_one("#words").focus()

    def on_option_list_option_highlighted(self) -> None:
        self._show_question()

    def on_option_list_option_selected(self) -> None:
        """Enter on a question goes on to the answer."""
        self.query_one("#words").focus()

    def _in_short(self, question: PendingReply) -> str:
        return f"{self._title_of(question.speaker)}: {excerpt(question.question)}"

    @property
    def _question(self) -> PendingReply | None:
        """The question that is shown."""
        choice = self.query(Choice)
        number = (choice.first().highlighted if choice else 0) or 0
        return self._questions[number] if number < len(self._questions) else None

    def _show_question(self) -> None:
        asked = self._question
        self.query_one("#approve").display = asked is not None and _is_about_consent(asked)
        if asked is None:
            return
        listener = "company" if asked.listener == COMPANY else self._title_of(asked.listener)
        who = f"The {listener} asks you as the {self._title_of(asked.speaker)}"
        self.query_one("#question", PlainStatic).say(f"{who}:\n\n{asked.question}")
        self.query_one("#asked").scroll_home(animate=False)

    def action_scroll(self, pages: int) -> None:
        """Move the question, wherever the cursor is."""
        asked = self.query_one("#asked")
        asked.scroll_relative(y=pages * max(asked.size.height - 1, 1), animate=False)

    def action_approve(self) -> None:
        """Send consent in a word."""
        asked = self._question
        if asked is not None and _is_about_consent(asked):
            self.query_one("#words", TextArea).text = CONSENT
            self.action_perform()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "approve":
            event.prevent_default()
            self.action_approve()

    async def perform(self) -> Answer:
        asked = self._question
        if asked is None:
            raise SofthouseError("Nobody waits for an answer.")
        words = self.query_one("#words", TextArea).text.strip()
        if not words:
            raise SofthouseError("Write an answer first.")
        command = Answer(asked.where, words)
        send(self._folder, command)
        return command

    def done(self, result: Answer) -> None:
        self.app.notify("Answered.", timeout=3, markup=False)


def _is_about_consent(question: PendingReply) -> bool:
    """Whether a word of consent answers it: it was asked directly, or is about a deliverable."""
    is_approval = question.where.rpartition("/")[2].startswith(APPROVAL)
    return is_approval or question.listener == COMPANY
