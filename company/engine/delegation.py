"""Work that a role hands to a colleague in the middle of its own: the phase that it becomes."""

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


def delegated(by: Role, to: Role, limits: CallLimits) -> tuple[Phase, Talk]:
    """The phase, and its talk."""
    tools = ToolLimits(**limits.model_dump(exclude_none=True))
    talk = Talk(instructor=by.name, assistant=to.name, tools=tools)
    phase = Phase(
        name="delegated",
        title="Delegated work",
        talk=talk,
        sees=["task", "files", "file_list", "answers"],
        yields=Yields(files=FilesYield()),
        prompt=PROMPT,
    )
    return phase, talk
