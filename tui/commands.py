"""What the command palette offers: every action there is, the themes, and the runs by name."""

import asyncio
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape
from textual.types import IgnoreReturnCallbackType

from tui.actions import Action, actions_on
from tui.text.plain import plain
from tui.themes import THEMES
from warehouse.runs.folders import demos, run_folders

MOST_RUNS = 30
"""Runs that are offered for what was typed."""


class Wanted:
    """What was typed: words that are each looked for on their own, in any order."""

    def __init__(self, query: str, provider: Provider) -> None:
        self._matchers = [provider.matcher(word) for word in query.split()]

    def score(self, *texts: str) -> float:
        """How well one of the texts has all the words, from 0 for not at all to 1."""
        return max(
            (min((m.match(text) for m in self._matchers), default=0.0) for text in texts),
            default=0.0,
        )

    def mark(self, text: str) -> Content:
        """Text of any kind, never read as markup, with what was found in it marked."""
        content = Content(text)
        for matcher in self._matchers:
            score, offsets = matcher.fuzzy_search.match(matcher.query, text)
            for offset in offsets if score else ():
                content = content.stylize(matcher.match_style or "bold", offset, offset + 1)
        return content


class ActionCommands(Provider):
    """Every action of the focused part, the screen, the window and the other parts."""

    async def startup(self) -> None:
        self._actions = actions_on(self.screen)

    async def discover(self) -> Hits:
        for action in self._actions:
            yield DiscoveryHit(
                _line(action), action.perform, text=_name(action), help=_help(action)
            )

    async def search(self, query: str) -> Hits:
        wanted = Wanted(query, self)
        for action in self._actions:
            name = _name(action)
            score = wanted.score(name, f"{name} {action.binding.tooltip}")
            if score > 0:
                yield Hit(
                    score,
                    _line(action, wanted),
                    action.perform,
                    text=_name(action),
                    help=_help(action),
                )


class Themed(Protocol):
    """A window whose theme can be chosen."""

    def choose_theme(self, name: str) -> None:
        """Use a theme from now on."""


class ThemeCommands(Provider):
    """The themes by name."""

    async def discover(self) -> Hits:
        for name, label in self._labels():
            yield DiscoveryHit(Content(label), self._choice(name), text=label)

    async def search(self, query: str) -> Hits:
        wanted = Wanted(query, self)
        for name, label in self._labels():
            score = wanted.score(label)
            if score > 0:
                yield Hit(score, wanted.mark(label), self._choice(name), text=label)

    def _choice(self, name: str) -> IgnoreReturnCallbackType:
        return partial(cast("Themed", self.app).choose_theme, name)

    def _labels(self) -> Iterator[tuple[str, str]]:
        for name in THEMES:
            yield name, f"Theme: {name}"


class OpensRuns(Protocol):
    """A window that shows the runs of a folder."""

    products: Path

    def open_run(self, folder: Path) -> None:
        """Show a run."""


class RunCommands(Provider):
    """The runs by name, once something is typed: there may be thousands."""

    async def startup(self) -> None:
        self._runs = await asyncio.to_thread(_runs, cast("OpensRuns", self.app).products)

    async def search(self, query: str) -> Hits:
        wanted = Wanted(query, self)
        scored = ((wanted.score(f"Open {run.name}"), run) for run in self._runs)
        best = sorted((hit for hit in scored if hit[0] > 0), key=lambda hit: -hit[0])
        for score, run in best[:MOST_RUNS]:
            label = plain(f"Open {run.name}", one_line=True).plain
            command = partial(cast("OpensRuns", self.app).open_run, run)
            yield Hit(score, wanted.mark(label), command, text=label)


def _runs(products: Path) -> list[Path]:
    """All runs, the newest first; then what came with softhouse."""
    try:
        own = list(run_folders(products))
    except OSError:
        own = []
    return [*reversed(own), *demos().values()]


def _name(action: Action) -> str:
    return f"{action.binding.description} ({action.part})"


def _line(action: Action, wanted: Wanted | None = None) -> Content:
    name = _name(action)
    shown = Content(name) if wanted is None else wanted.mark(name)
    return Content.assemble(shown, *_keys(action.keys))


def _keys(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    for key in keys:
        yield f"  {key}", "$primary not bold"


def _help(action: Action) -> str | None:
    return escape(action.binding.tooltip) or None
