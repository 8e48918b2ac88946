"""The palette and the help of the real window: no action of any part is missing from them."""

from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.screen import Screen

from tests.support.pictures import write_pictured_runs
from tests.support.shells import SmallShell, WorkPane
from tui.actions import actions_on
from tui.app import Window

KEYS_TO = {
    "the list of runs": [],
    "a filter": ["slash"],
    "a comparison": ["g", "space", "j", "space", "c"],
    "a new run": ["n"],
    "a fork": ["j", "f"],
    "deleting": ["D"],
    "a run": ["enter"],
    "its chain": ["enter", "1"],
    "its roles": ["enter", "1", "tab"],
    "its files": ["enter", "3"],
    "its diff": ["enter", "3", "l", "l"],
    "its log": ["enter", "4"],
    "a search": ["enter", "slash"],
    "a message": ["enter", "m"],
    "a zoomed pane": ["enter", "z"],
    "themes": ["ctrl+t"],
    "keys": ["question_mark"],
}


def ours(node: DOMNode) -> list[Binding]:
    """What its class, or one of ours that it is made of, binds and can be done now."""
    classes = (each for each in type(node).__mro__ if not each.__module__.startswith("textual."))
    bound = (each.__dict__.get("BINDINGS", []) for each in classes)
    bindings = [binding for of_class in bound for binding in of_class]
    return [each for each in bindings if isinstance(each, Binding) and each.description]


def missing(screen: Screen[object]) -> set[str]:
    """What can be done with the keys of some part of a screen and is not offered."""
    offered = {(action.node, action.binding.action) for action in actions_on(screen)}
    parts = (
        [screen, *screen.query("*")]
        if screen.is_modal
        else [screen.app, screen, *screen.query("*")]
    )
    return {
        f"{type(part).__name__}: {binding.key} {binding.description}"
        for part in parts
        if part is screen or part is screen.app or part.region.area  # type: ignore[union-attr]
        for binding in ours(part)
        if (part, binding.action) not in offered and allowed(part, binding)
    }


def allowed(part: DOMNode, binding: Binding) -> bool:
    from textual.actions import parse

    _, name, parameters = parse(binding.action)
    return part.check_action(name, parameters) is not False


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=str)
@pytest.mark.parametrize("place", KEYS_TO)
async def test_every_action_that_can_be_done_is_offered(
    tmp_path: Path, place: str, size: tuple[int, int]
) -> None:
    write_pictured_runs(tmp_path)
    app = Window(tmp_path, calm=True)
    async with app.run_test(size=size) as pilot:
        await until_read(pilot)
        for key in KEYS_TO[place]:
            await pilot.press(key)
            await pilot.pause()
        assert missing(app.screen) == set()


async def test_the_watchman_is_awake() -> None:
    app = SmallShell()
    async with app.run_test():
        assert missing(app.screen) == set()
        app.query_one(WorkPane).can_focus = False
        assert missing(app.screen) == {"WorkPane: y Copy", "WorkPane: x Its own x"}


async def until_read(pilot: Pilot[None]) -> None:
    """Wait until the list of runs is there."""
    while "5 runs" not in "".join(
        strip.text for strip in pilot.app.screen._compositor.render_strips()
    ):
        await pilot.pause(0.05)
