"""Work that a role hands to colleagues in the middle of its own: the phases it becomes, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from company.engine.state import Files, State
from phases.phase import CallLimits, Phase, Talk, ToolLimits
from phases.yields import FilesYield, Yields
from roles.role import Role

DELEGATE = "delegate"
"""The tool, which nobody has to whom work was handed on."""
PART = "Your part"
"""The work as the colleague is told it; it is shown as an answer is, never read as a template."""
PROMPT = """\
The {{ instructor }} works on this task:
{{ task }}
{% if file_list %}

The program as it is:
{{ files or file_list }}
{% endif %}

The {{ instructor }} hands a part of the work on to you. Do this, and leave everything else as it is.
{{ answers }}
"""


@dataclass
class Delegate:
    """A colleague with its part of the work."""

    role: Role
    work: str
    state: State | None = None
    """Its branch."""
    failure: str = ""
    """Why nothing came of it."""

    def begin(self, base: State) -> State:
        """The branch that it works on."""
        self.state = replace(base.branch(), answers={PART: self.work})
        return self.state


def merge(base: State, delegates: Sequence[Delegate]) -> tuple[State, list[str]]:
    """What `base` becomes by the branches of all, in their order, and what the role is told of each."""
    state, told = base.branch(), list[str]()
    for each in delegates:
        assert each.state is not None
        title, changed = each.role.title, sorted(differing(base.files, each.state.files))
        told.append(
            f"{title} could not do it. {each.failure}"
            if each.failure
            else f"{title} is done. Files changed: {', '.join(changed) or 'none'}."
        )
        told += [clash.told(title) for clash in state.merge(base, each.state)]
    return state, told


def differing(before: Files, after: Files) -> dict[str, bytes | None]:
    """What is different; None for a file that is gone."""
    paths = before.keys() | after.keys()
    return {path: after.get(path) for path in paths if before.get(path) != after.get(path)}


def delegated(
    by: Role, to: Role, limits: CallLimits, *, of_a_large_program: bool = False
) -> tuple[Phase, Talk]:
    """The phase, and its talk; of a large program the colleague is shown a map, as whoever hands on was."""
    tools = ToolLimits(**limits.model_dump(exclude_none=True))
    talk = Talk(instructor=by.name, assistant=to.name, tools=tools)
    phase = Phase(
        name="delegated",
        title="Delegated work",
        talk=talk,
        sees=["task", "files", "map" if of_a_large_program else "file_list", "answers"],
        yields=Yields(files=FilesYield()),
        prompt=PROMPT.replace("file_list", "map") if of_a_large_program else PROMPT,
    )
    return phase, talk
