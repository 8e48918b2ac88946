"""A click group that imports a command only when that command is called."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click


class Lazy(NamedTuple):
    """Where a command is, and its one line in the list of commands."""

    module: str
    help: str
    name: str = "command"
    """What the command is called in its module."""


class LazyGroup(click.Group):
    """A group whose commands are named before they are imported."""

    def __init__(self, *args: Any, commands_in: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order they were given: what is used first comes first."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        lazy = self._lazy.get(cmd_name)
        if lazy is None:
            return None
        command: click.Command = getattr(import_module(lazy.module), lazy.name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Also names the nearest command where there is none of that name."""
        name = args[0]
        if name not in self._lazy and not name.startswith("-"):
            from company.cards.problems import nearest

            ctx.fail(f"There is no command {name!r}{nearest(name, self._lazy)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.help) for name, lazy in self._lazy.items()])
