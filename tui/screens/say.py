"""Saying something to a role while the company works."""

from collections.abc import Iterator
from pathlib import Path

from textual.widget import Widget
from textual.widgets import TextArea

from company.remote.commands import Say
from company.remote.mailbox import send
from tui.run_state.run_state import RunState
from tui.run_state.staff import Colleague
from tui.screens.choice import Choice
from tui.screens.form import FormScreen
from tui.text.plain import PlainStatic
from warehouse.errors import SofthouseError


class SayScreen(FormScreen[Say]):
    """Asks for a role and for what it is to be told, and sends it."""

    BINDING_GROUP_TITLE = "Say"
    HEADING = "Say something to a role"
    VERB = "Send"
    WORKING = "Sending …"
    DEFAULT_CSS = """
    SayScreen TextArea { height: 5; }
    """

    def __init__(self, folder: Path, state: RunState) -> None:
        super().__init__()
        self._folder = folder
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

    def on_option_list_option_highlighted(self) -> None:
        self._say_when()

    def on_option_list_option_selected(self) -> None:
        """Enter on a role goes on to the words."""
        self.query_one("#words", TextArea).focus()

    def _role(self) -> Colleague:
        """Who is chosen. Raises SofthouseError where there is nobody."""
        chosen = self.query_one("#role", Choice).highlighted
        if chosen is None:
            raise SofthouseError("This company has no role that reads what is said to it.")
        return self._roles[chosen]

    def _say_when(self) -> None:
        role = self._role()
        now = "It speaks now and is not interrupted: it" if role.name in self._speaking else "It"
        self.query_one("#when", PlainStatic).say(
            f"{role.title}: {now} reads this in the next call it makes, and in all later ones."
        )

    async def perform(self) -> Say:
        words = self.query_one("#words", TextArea).text.strip()
        if not words:
            raise SofthouseError("There is nothing to say yet.")
        command = Say(self._role().name, words)
        send(self._folder, command)
        return command

    def done(self, result: Say) -> None:
        self.app.notify("It reads this in its next call.", timeout=3, markup=False)
