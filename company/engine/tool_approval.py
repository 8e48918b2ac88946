"""A person's say over single calls of tools, by the rules of the run.

What they answer is an effect of its own, before that of the call: a run that is taken up again asks nothing
twice. Where nobody is there to be asked, the call is not made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from company.cards.company_card import EVERY_TOOL
from company.deliverables.verdict import is_consent
from company.engine.model_calls import ModelCalls
from company.options import ToolRule
from roles.role import Role
from warehouse.events import ToolRequest

PERSON = Role(name="person", title="Person", human=True)
"""Whoever follows the work."""
FROM_NOW_ON = "always"
"""The answer that allows a tool for the rest of the talk."""
SHOWN_LINES = 80
QUESTION = (
    "The {role} wants to use {tool}:\n\n{given}\n\n"
    'May it? (Enter or "ok" if so, "{always}" for all of {tool} in this talk; anything else is told to the {role}.)'
)
NEVER = "Nothing was done: {tool} is not to be used in this run."
REFUSED = (
    "Nothing was done: the person who follows the work did not allow this call. They say: {words}"
)
NOBODY = "Nobody was there to be asked."


@dataclass
class ToolApproval:
    """Whether the calls of one role in one talk may be made."""

    model_calls: ModelCalls
    role: Role
    rules: Mapping[str, ToolRule]
    _allowed: set[str] = field(default_factory=set)
    _asked: int = 0

    async def refusal(self, where: str, tool: str, given: Mapping[str, Any]) -> str | None:
        """What the role is told where a call may not be made; None where it may."""
        names = (tool, tool.partition("/")[0], EVERY_TOOL)  # of a server, `mcp:NAME` means all
        match next((self.rules[name] for name in names if name in self.rules), "always"):
            case "never":
                return NEVER.format(tool=tool)
            case "ask" if tool not in self._allowed:
                return await self._ask(where, tool, given)
        return None

    async def _ask(self, where: str, tool: str, given: Mapping[str, Any]) -> str | None:
        # Each question has a place of its own, so that no late answer is taken for the next one's.
        self._asked += 1
        place = f"{where}/approval-{self._asked}"
        names = {"role": self.role.title, "tool": tool, "always": FROM_NOW_ON}
        question = QUESTION.format(given=_shown(given), **names)
        answer = await self.model_calls.ask(place, PERSON, self.role.name, question, absent=NOBODY)
        if answer.strip().lower() == FROM_NOW_ON:
            self._allowed.add(tool)
        elif not is_consent(answer):
            return REFUSED.format(words=answer.strip())
        return None


def _shown(given: Mapping[str, Any]) -> str:
    """What the call is given, each text whole where it is not too long."""
    lines = ToolRequest(arguments=dict(given)).lines
    more = len(lines) - SHOWN_LINES
    return "\n".join([*lines[:SHOWN_LINES], *([f"… and {more} more lines"] if more > 0 else [])])
