"""Saying something to a company at work: unasked to a role, or as the answer to a question."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, TextArea

from company.remote.commands import Answer, Say
from company.remote.mailbox import send
from tui.run_state.run_state import RunState
from tui.run_state.staff import Colleague
from tui.screens.form import Choice, FormScreen
from tui.text.plain import PlainStatic
from warehouse.errors import SofthouseError
from warehouse.history.entries import Asking
from warehouse.history.format.figures import excerpt

CONSENT = "approve"
"""A word that a company takes as consent."""
COMPANY = "company"
"""Who listens where a verdict is asked for; in a talk it is a role."""
APPROVAL = "approval"
"""How the place begins where a person is asked whether a deliverable will do."""
NO_QUESTION = "Nobody waits for an answer."

Words = TypeVar("Words", Say, Answer)


class WordsScreen(FormScreen[Words]):
    """Sends the words of its field `words`, to whom or to what may be chosen from a list."""

    WORKING = "Sending …"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def command(self, words: str) -> Words:
        """What is sent. Raises SofthouseError with what to mend."""
        raise NotImplementedError

    def show_choice(self) -> None:
        """Show what belongs to the line of the list that is chosen now."""
        raise NotImplementedError

    def on_option_list_option_highlighted(self) -> None:
        self.show_choice()

    def on_option_list_option_selected(self) -> None:
        """Enter in the list goes on to the words."""
        self.query_one("#words").focus()

    async def perform(self) -> Words:
        command = self.command(self.value("words"))
        send(self._folder, command)
        return command


class SayScreen(WordsScreen[Say]):
    """Asks for a role and for what it is to be told, and sends it."""

    BINDING_GROUP_TITLE = "Say"
    HEADING = "Say something to a role"
    VERB = "Send"
    DONE = "It reads this in its next call."
    DEFAULT_CSS = """
    SayScreen TextArea { height: 5; }
    """

    def __init__(self, folder: Path, state: RunState) -> None:
        super().__init__(folder)
        staff = state.staff
        self._roles = [each for each in staff.colleagues if not each.human]
        self._speaking = set(staff.speaking)
        self._next = staff.next

    def fields(self) -> Iterator[Widget]:
        yield Choice((each.title for each in self._roles), id="role")
        yield TextArea(id="words", soft_wrap=True, placeholder="What it should know or do")
        yield PlainStatic(id="when", classes="hint")

    def on_mount(self) -> None:
        roles = self.query_one("#role", Choice)
        if self._roles:
            roles.highlighted = self._roles.index(max(self._roles, key=self._weight))
        self.query_one("#words").focus()

    def _weight(self, role: Colleague) -> tuple[bool, int]:
        """Whom something is most likely to be said to: who is next, else who says the most."""
        return role.name == self._next, role.usage.completion_tokens

    def _role(self) -> Colleague:
        """Who is chosen. Raises SofthouseError where there is nobody."""
        chosen = self.query_one("#role", Choice).highlighted
        if chosen is None:
            raise SofthouseError("This company has no role that reads what is said to it.")
        return self._roles[chosen]

    def show_choice(self) -> None:
        role = self._role()
        now = "It speaks now and is not interrupted: it" if role.name in self._speaking else "It"
        self.query_one("#when", PlainStatic).say(
            f"{role.title}: {now} reads this in the next call it makes, and in all later ones."
        )

    def command(self, words: str) -> Say:
        if not words:
            raise SofthouseError("There is nothing to say yet.")
        return Say(self._role().name, words)


class AnswerScreen(WordsScreen[Answer]):
    """Shows a question in full and sends the answer; of several questions one is chosen first."""

    BINDING_GROUP_TITLE = "Answer"
    HEADING = "A question for you"
    VERB = "Answer"
    DONE = "Answered."
    DEFAULT_CSS = """
    AnswerScreen #frame { height: auto; max-height: 40vh; margin-top: 1; scrollbar-size: 1 1; }
    AnswerScreen Choice { max-height: 3; }
    AnswerScreen #frame.-beside { max-height: 25vh; }
    AnswerScreen #question { height: auto; }
    AnswerScreen TextArea { height: 4; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g", "approve", "Approve", priority=True, tooltip="Agree, in one key"),
        Binding("ctrl+up", "scroll(-1)", "Question up", show=False, priority=True),
        Binding("ctrl+down", "scroll(1)", "Question down", show=False, priority=True),
    ]

    def __init__(self, folder: Path, state: RunState) -> None:
        super().__init__(folder)
        self._title_of = state.title_of
        self._questions = state.now.questions

    def fields(self) -> Iterator[Widget]:
        if len(self._questions) > 1:
            asked = ((self._title_of(q.speaker), excerpt(q.question)) for q in self._questions)
            yield Choice(map(": ".join, asked), id="which")
        with VerticalScroll(id="frame", classes="-beside" if len(self._questions) > 1 else ""):
            yield PlainStatic(id="question")
        yield TextArea(id="words", soft_wrap=True, placeholder="Your answer")

    def buttons(self) -> Iterator[Button]:
        yield Button(
            "Approve (ctrl+g)", "success", id="approve", action="screen.approve", compact=True
        )
        yield from super().buttons()

    def on_mount(self) -> None:
        if not self._questions:
            self.say(NO_QUESTION)
        self.show_choice()
        self.query_one("#words").focus()

    @property
    def _question(self) -> Asking | None:
        """The question that is shown."""
        choice = self.query(Choice)
        number = (choice.first().highlighted if choice else 0) or 0
        return self._questions[number] if number < len(self._questions) else None

    def show_choice(self) -> None:
        question = self._question
        self.query_one("#approve").display = _is_about_consent(question)
        if question is None:
            return
        title_of = self._title_of
        listener = "company" if question.listener == COMPANY else title_of(question.listener)
        who = f"The {listener} asks you as the {title_of(question.speaker)}"
        self.query_one("#question", PlainStatic).say(f"{who}:\n\n{question.question}")
        self.query_one("#frame").scroll_home(animate=False)

    def action_scroll(self, pages: int) -> None:
        """Move the question, wherever the cursor is."""
        view = self.query_one("#frame")
        view.scroll_relative(y=pages * max(view.size.height - 1, 1), animate=False)

    def action_approve(self) -> None:
        """Send consent in a word."""
        if _is_about_consent(self._question):
            self.query_one("#words", TextArea).text = CONSENT
            self.action_perform()

    def command(self, words: str) -> Answer:
        if self._question is None:
            raise SofthouseError(NO_QUESTION)
        if not words:
            raise SofthouseError("Write an answer first.")
        return Answer(self._question.where, words)


def _is_about_consent(question: Asking | None) -> bool:
    """Whether a word of consent answers it: it was asked directly, or is about a deliverable."""
    if question is None:
        return False
    is_approval = question.where.rpartition("/")[2].startswith(APPROVAL)
    return is_approval or question.listener == COMPANY
