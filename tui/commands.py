"""What the command palette offers: every action there is, the themes, and the runs by name."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape
from textual.types import IgnoreReturnCallbackType

from tui.actions import Action, actions_on
from tui.screens.window import run_window
from tui.text.plain import plain
from tui.themes import THEMES
from warehouse.runs.folders import demos, run_folders

MOST_RUNS = 30
"""Runs that are offered for what was typed."""


class WordSearch:
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
        search = WordSearch(query, self)
        for action in self._actions:
            name = _name(action)
            score = search.score(name, f"{name} {action.binding.tooltip}")
            if score > 0:
                line = _line(action, search)
                yield Hit(score, line, action.perform, text=name, help=_help(action))


class ThemeCommands(Provider):
    """The themes by name."""

    async def discover(self) -> Hits:
        for label, choose in self._choices():
            yield DiscoveryHit(Content(label), choose, text=label)

    async def search(self, query: str) -> Hits:
        search = WordSearch(query, self)
        for label, choose in self._choices():
            score = search.score(label)
            if score > 0:
                yield Hit(score, search.mark(label), choose, text=label)

    def _choices(self) -> Iterator[tuple[str, IgnoreReturnCallbackType]]:
        for name in THEMES:
            yield f"Theme: {name}", partial(run_window(self.app).choose_theme, name)


class RunCommands(Provider):
    """The runs by name, once something is typed: there may be thousands."""

    async def startup(self) -> None:
        self._runs = await asyncio.to_thread(_runs, run_window(self.app).products)

    async def search(self, query: str) -> Hits:
        search = WordSearch(query, self)
        scored = ((search.score(f"Open {run.name}"), run) for run in self._runs)
        best = sorted((hit for hit in scored if hit[0] > 0), key=lambda hit: -hit[0])
        for score, run in best[:MOST_RUNS]:
            label = plain(f"Open {run.name}", one_line=True).plain
            command = partial(run_window(self.app).open_run, run)
            yield Hit(score, search.mark(label), command, text=label)


def _runs(products: Path) -> list[Path]:
    """All runs, the newest first; then what came with softhouse."""
    try:
        own = list(run_folders(products))
    except OSError:
        own = []
    return [*reversed(own), *demos().values()]


def _name(action: Action) -> str:
    return f"{action.binding.description} ({action.part})"


def _line(action: Action, search: WordSearch | None = None) -> Content:
    name = _name(action)
    keys = ((f"  {key}", "$primary not bold") for key in action.keys)
    return Content.assemble(search.mark(name) if search else Content(name), *keys)


def _help(action: Action) -> str | None:
    return escape(action.binding.tooltip) or None
