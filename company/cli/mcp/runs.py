"""What an MCP client may do with the runs of one folder: each method is a tool, told by its docstring.

It may do what this person can do from the window, and nothing that only they can allow: it names no
address, no folder of this machine and no sandbox.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from company.cli.mcp.watching import RunState, watched
from company.errors import ConfigurationError
from company.models.model_id import parse_model_id
from company.models.recorded_run import PROVIDER as RECORDED
from company.remote import launch, mailbox
from company.remote.commands import Answer, Command, Raise, Say, Stop
from warehouse.errors import ProductError, RunNotFound
from warehouse.history.record import list_runs
from warehouse.product.product import Product
from warehouse.runs.folders import find_run, is_demo
from warehouse.runs.products import product_folder
from warehouse.terminal_text import safe_text

LONGEST_WATCH = 60.0
LARGEST_FILE = 1024 * 1024
"""Bytes of a file that is handed out."""
MOST_NAMED = 50
"""Files that are named to whoever asks for one that is not there."""
Run = Annotated[str, Field(description="Its id, a unique beginning of it, or `last`.")]
Usd = Annotated[float | None, Field(gt=0, description="US dollars, from the run's beginning.")]
Tokens = Annotated[int | None, Field(gt=0, description="Both ways, from the run's beginning.")]
Calls = Annotated[int | None, Field(gt=0, description="Of models, from the run's beginning.")]
Seconds = Annotated[float | None, Field(gt=0, description="Of work, from the run's beginning.")]


@dataclass(frozen=True)
class RunLine:
    """One run at a glance."""

    run: str
    status: str
    name: str
    calls: int
    tokens: int
    cost: float | None
    """US dollars; None where a price is not known."""


@dataclass(frozen=True)
class FileLine:
    """One file of a product."""

    path: str
    bytes: int


@dataclass(frozen=True)
class Runs:
    """The runs of a products folder."""

    products: Path

    async def start_run(
        self,
        task: Annotated[str, Field(description="What to build, in a sentence or more.")],
        company: Annotated[str, Field(description="Such as default, pair, solo, agent.")] = "",
        model: Annotated[str, Field(description="PROVIDER:MODEL; else what is there.")] = "",
        usd: Usd = None,
        tokens: Tokens = None,
        calls: Calls = None,
        seconds: Seconds = None,
    ) -> str:
        """Begin a run in a process of its own. Returns its id once it works."""
        _check_model(model)
        known = await asyncio.to_thread(launch.companies)
        if company and company not in known:
            raise ConfigurationError(f"There is no company {company!r}: {', '.join(known)}.")
        limits = {"usd": usd, "tokens": tokens, "calls": calls, "seconds": seconds}
        folder = await launch.begin(
            task, products=self.products, company=company, model=model, **limits
        )
        return folder.name

    async def list_runs(
        self, most: Annotated[int, Field(ge=1, le=500, description="The newest so many.")] = 20
    ) -> list[RunLine]:
        """List runs, oldest first, with how they stand and what they used."""
        rows = await asyncio.to_thread(list_runs, self.products)
        return [
            RunLine(
                row.folder.name,
                row.status,
                safe_text(row.summary.name, keep_newlines=False),
                row.summary.usage.calls,
                row.summary.usage.tokens,
                row.summary.usage.cost,
            )
            for row in rows[-most:]
            if row.summary is not None
        ]

    async def watch_run(
        self,
        run: Run,
        since: Annotated[int, Field(ge=0, description="`next` of the last look.")] = 0,
        seconds: Annotated[float, Field(ge=0, le=LONGEST_WATCH)] = 20.0,
    ) -> RunState:
        """How a run stands, and what happened since the last look, a line each.

        Waits so many seconds at most for something to happen. A question to a person is in `questions`,
        by the place that `answer` takes.
        """
        return await watched(self._folder(run), since, seconds)

    async def say(self, run: Run, role: str, text: str) -> str:
        """Say something to a role at work, such as `programmer`. It hears it in the next call it makes."""
        return self._send(run, Say(role, text), f"{role} hears it in its next call.")

    async def answer(self, run: Run, where: str, text: str) -> str:
        """Answer a question that a person was asked."""
        return self._send(run, Answer(where, text), "Answered.")

    async def set_limits(
        self,
        run: Run,
        usd: Usd = None,
        tokens: Tokens = None,
        calls: Calls = None,
        seconds: Seconds = None,
    ) -> str:
        """Give a run at work other limits. Those that are left out stay as they are."""
        return self._send(run, Raise(usd, tokens, calls, seconds), "They hold from now on.")

    async def stop_run(self, run: Run) -> str:
        """End a run at work, so that it can be resumed."""
        return self._send(run, Stop(), "It ends as soon as it can be resumed from there.")

    async def resume_run(
        self,
        run: Run,
        usd: Usd = None,
        tokens: Tokens = None,
        calls: Calls = None,
        seconds: Seconds = None,
    ) -> str:
        """Go on with a run that was stopped, or has come to a limit. Returns its id once it works."""
        folder = self._folder(run)
        await launch.resume(folder, Raise(usd, tokens, calls, seconds))
        return folder.name

    async def list_files(self, run: Run) -> list[FileLine]:
        """The files of the program, as they were last committed."""
        sizes = await asyncio.to_thread(self._product(run).sizes)
        return [FileLine(path, size) for path, size in sorted(sizes.items())]

    async def read_file(self, run: Run, path: str) -> str:
        """The text of one file of the program, as it was last committed."""
        product = self._product(run)
        sizes = await asyncio.to_thread(product.sizes)
        if path not in sizes:
            named = ", ".join(sorted(sizes)[:MOST_NAMED]) or "none"
            raise ProductError(f"There is no file {path!r} in it. The files are: {named}.")
        if sizes[path] > LARGEST_FILE:
            bound = f"at most {LARGEST_FILE:,} are handed out"
            raise ProductError(
                f"{path} has {sizes[path]:,} bytes; {bound}. It lies in {product.path}."
            )
        data = await asyncio.to_thread(product.read, path)
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise ProductError(f"{path} is no text. It lies in {product.path}.") from None

    def _send(self, run: str, command: Command, told: str) -> str:
        mailbox.send(self._folder(run), command)
        return told

    def _product(self, run: str) -> Product:
        return Product.open(product_folder(self._folder(run)))

    def _folder(self, run: str) -> Path:
        """The run's folder. Raises RunNotFound for what is no run of ours, such as a path elsewhere."""
        folder = find_run(run, self.products)
        if not is_demo(folder) and folder.parent.resolve() != self.products.resolve():
            raise RunNotFound(f"{run!r} is no run of {self.products.absolute()}.")
        return folder


def _check_model(model: str) -> None:
    """Raises ConfigurationError for a model that only a person may name: what is named on a command line
    counts as typed by them, and is asked or loaded from then on."""
    if not model.strip():
        return
    named = parse_model_id(model)
    if named.url is not None:
        raise ConfigurationError(
            "An MCP client cannot name an address. Make it a provider of your own in providers.yaml, and"
            " name that: see docs/providers.md."
        )
    if named.file is not None or named.provider.name == RECORDED:
        raise ConfigurationError(
            "An MCP client names a model as PROVIDER:MODEL, and neither a file of weights nor a recorded run."
        )
