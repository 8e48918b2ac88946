"""What can be done now, and with which keys: read off the bindings, so that nothing is forgotten."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from textual.actions import parse
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget


@dataclass(frozen=True)
class Action:
    """An action of one part of the window."""

    node: DOMNode
    """Where it is bound: the app, a screen or a widget."""
    binding: Binding
    keys: tuple[str, ...]
    """The keys that call it from where the focus is, or would with the focus on its part; as shown."""

    @property
    def part(self) -> str:
        """What the part of the window is called."""
        return part_name(self.node)

    async def perform(self) -> None:
        """Do it, with the focus on its part."""
        part = self.node
        if isinstance(part, Widget) and not isinstance(part, Screen) and not part.has_focus_within:
            inside = (each for each in part.screen.focus_chain if part in each.ancestors_with_self)
            if (first := next(inside, None)) is not None:
                first.focus()
        await self.node.app.run_action(self.binding.action, self.node)


def actions_on(screen: Screen[Any]) -> list[Action]:
    """Everything that can be done on a screen: first where the focus is, then the screen and the
    window, then the other parts that can be seen.
    """
    near = _chain(screen)
    taken: set[str] = set()
    actions = [action for node in near for action in _actions_of(node, taken)]
    known = set(near)
    for widget in screen.focus_chain:
        for node in widget.ancestors_with_self:
            if node not in known and screen in node.ancestors:
                known.add(node)
                actions.extend(_actions_of(node, set()))
    return actions


def part_name(node: DOMNode) -> str:
    """A name for people: the part's own title, or what its class is called."""
    if node.BINDING_GROUP_TITLE:
        return node.BINDING_GROUP_TITLE
    if isinstance(node, App):
        return "Window"
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).split()
    named = words[:-1] if len(words) > 1 and words[-1] in ("Pane", "Screen", "Widget") else words
    return " ".join(named).capitalize()


def _chain(screen: Screen[Any]) -> list[DOMNode]:
    """Who is asked about a key, in this order."""
    nearest: DOMNode = screen.focused or screen
    chain = list(nearest.ancestors_with_self)
    return chain[: chain.index(screen) + 1] if screen.is_modal else chain


def _actions_of(node: DOMNode, taken: set[str]) -> Iterator[Action]:
    """The actions a node offers; keys in `taken` mean something else already, its own are added."""
    by_action: dict[str, tuple[Binding, list[str]]] = {}
    own: set[str] = set()
    for key, bindings in node._bindings.key_to_bindings.items():
        for binding in bindings:
            if not _allowed(node, binding):
                continue
            own.add(key)
            if binding.description and not binding.system:
                shown = by_action.setdefault(binding.action, (binding, []))[1]
                if key not in taken or binding.priority:
                    shown.append(node.app.get_key_display(binding))
    taken |= own
    for binding, keys in by_action.values():
        yield Action(node, binding, tuple(dict.fromkeys(keys)))


def _allowed(node: DOMNode, binding: Binding) -> bool:
    _, name, parameters = parse(binding.action)
    return node.check_action(name, parameters) is not False
