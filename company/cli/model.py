"""`softhouse model`: the models that can speak for the roles."""

import sys
from pathlib import Path

import click

from company.cli.options import json_option


@click.group(epilog="Example: softhouse model test ollama:qwen3")
def command() -> None:
    """List, fetch, serve or test models. A model id is PROVIDER:MODEL."""


@command.command("list", epilog="Example: softhouse model list --json")
@json_option
def list_(as_json: bool) -> None:
    """List the providers, whether each can be used from here, and its default model.

    Keys are read from the environment; only the names of their variables are ever shown.
    """
    from dataclasses import asdict

    from company.cli.output import say, say_json
    from company.models.available import ProviderRow, list_models

    rows = list_models()
    if as_json:
        say_json([asdict(row) for row in rows])
        return

    def state(row: ProviderRow) -> str:
        if row.reachable is not None:
            return "ready" if row.reachable else row.note or "does not answer"
        if row.key_set:
            return "key set"
        return f"set {row.key_env}" if row.key_env and not row.note else row.note

    for row in rows:
        say(f"{row.provider:<11} {state(row):<32} {row.default_model or ''}".rstrip())


@command.command(epilog="Example: softhouse model pull")
@click.option(
    "--if-needed",
    is_flag=True,
    help="Only where no provider and no local server is there to speak.",
)
def pull(if_needed: bool) -> None:
    """Fetch the embedded model (1.1 GB, once), which needs no key and no network afterwards.

    An interrupted download goes on where it stopped. It is kept in $SOFTHOUSE_CACHE, or the
    user's cache.
    """
    from company.cli.output import say
    from company.models.available import default_model

    if if_needed and not default_model().startswith("local:"):
        return
    path = pull_with_progress()
    if not if_needed:
        say(str(path))


@command.command(epilog="Example: softhouse model serve --port 8080")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="[default: a free one]"
)
@click.option(
    "-j",
    "--at-once",
    type=click.IntRange(1, 64),
    default=1,
    metavar="N",
    help="Conversations served side by side.",
)
def serve(port: int, at_once: int) -> None:
    """Serve the embedded model over the OpenAI protocol, on this machine only, until Ctrl-C.

    Prints the base URL and the key that its clients need.
    """
    import signal

    from company.cli.output import say
    from company.models.local.server import serve as start

    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    server = start(port, at_once=at_once)
    say(f"OPENAI_BASE_URL={server.base_url}\nOPENAI_API_KEY={server.key}")
    say("Serving on this machine; Ctrl-C ends it.", err=True)
    try:
        signal.sigwait(ends)
    finally:
        server.stop()


@command.command(epilog="Example: softhouse model test openai:gpt-5.4-mini")
@click.argument("model", required=False)
@json_option
def test(model: str | None, as_json: bool) -> None:
    """Ask MODEL one small question: is it there, how fast is it, can it be held to a JSON schema.

    Without MODEL, the one that a run would use.
    """
    import asyncio

    from msgspec import to_builtins

    from company.cli.output import say, say_json
    from company.models.available import default_model
    from company.models.trial import try_model

    trial = asyncio.run(try_model(model or default_model()))
    if as_json:
        say_json(to_builtins(trial))
        return
    usage = trial.completion.usage
    speed = f", {trial.tokens_per_second:g} tokens a second" if trial.tokens_per_second else ""
    say(f"{trial.model} answers: first word after {trial.first_word_seconds:.1f} s{speed}.")
    say(f"Structured output: {trial.structured}.")
    cost = trial.completion.cost
    price = "no price known" if cost is None else f"${cost:.6f}"
    say(f"Used {usage.prompt_tokens}+{usage.completion_tokens} tokens, {price}.")


def pull_with_progress() -> Path:
    """The weights, fetched where they are missing, with a progress bar on a terminal's stderr."""
    from company.cli.output import say
    from company.models.local.pull import pull

    if not sys.stderr.isatty():
        return pull(_Tenths(), tell=lambda sentence: say(sentence, err=True))
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True, markup=False)
    columns = ("Embedded model", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, refresh_per_second=4) as bar:
        task = bar.add_task("", total=None)
        return pull(
            lambda done, of: bar.update(task, completed=done, total=of),
            tell=lambda sentence: say(sentence, err=True),
        )


class _Tenths:
    """Says each tenth once, for logs."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self, done: int, of: int) -> None:
        from company.cli.output import say

        tenth = 10 * done // of if of else 0
        if tenth > self._last:
            self._last = tenth
            say(f"Embedded model: {tenth * 10} % of {of / 1e9:.1f} GB", err=True)
