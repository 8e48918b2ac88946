"""The company's notebook, as roles are shown it."""

from company.engine.context.voices import Voices
from company.engine.state import State
from roles.role import Role

NOTE = "note"
"""The tool whose users are shown the notebook."""
NOTED_CHARACTERS = 2_000
"""Of the notebook, in a prompt: its newest lines."""
NOTEBOOK = "The company's notebook:\n"


def notebook(voices: Voices, state: State, characters: int) -> str:
    """The newest lines of the notebook that fit, each after who wrote it, and how many there are
    before them."""
    lines: list[str] = []
    for noted in reversed(state.notebook):
        role = voices.cards.roles.get(noted.role)
        line = f"- {role.title if role else noted.role}: {noted.text}"
        characters -= len(line) + 1
        if characters < 0:
            break
        lines.append(line)
    more = len(state.notebook) - len(lines)
    return "\n".join([*([f"[… {more:,} earlier lines]"] if more else []), *reversed(lines)])


def noted(voices: Voices, role: Role, state: State) -> str:
    """The notebook, for a role that may write in it; empty where it is."""
    if NOTE not in role.tools or not state.notebook:
        return ""
    return NOTEBOOK + notebook(voices, state, NOTED_CHARACTERS)
