"""Settings that are known only once another run has ended: what it used, so that two conditions use alike.

Where a team is compared with one agent, the agent may then draft until it has used as much on the very task.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from company.cards.problems import nearest, shown
from company.errors import ConfigurationError

TOKENS_OF = "tokens_of"
"""The key of a setting's value that names the other condition."""
UNTIL_THEN = 1
"""What stands in the place of the tokens in specs that are made before they are known."""


def partners(settings: Mapping[str, Any]) -> dict[str, str]:
    """Setting → the condition whose tokens it takes."""
    return {
        key: str(value[TOKENS_OF])
        for key, value in settings.items()
        if isinstance(value, Mapping) and set(value) == {TOKENS_OF}
    }


def until_known(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with a number where the tokens of another will stand."""
    return {**settings, **dict.fromkeys(partners(settings), UNTIL_THEN)}


def check_partners(conditions: Iterable[tuple[str, Mapping[str, Any]]], *, paired: bool) -> None:
    """Raises ConfigurationError where the other condition is not worked on before, on the same task.

    `conditions` are names and settings, in the order in which they are worked on."""
    before: list[str] = []
    for name, settings in conditions:
        for key, other in partners(settings).items():
            if other not in before:
                raise ConfigurationError(
                    f"{name}: {key} takes the tokens of {shown(other)}, which is no condition that is listed "
                    f"before it{nearest(other, before)}"
                )
            if not paired:
                raise ConfigurationError(
                    f"{name}: {key} takes the tokens of another condition, which wants 'paired: true'."
                )
        before.append(name)
