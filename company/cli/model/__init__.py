"""`softhouse model`: the models that can speak for the roles."""

import click

from company.cli.options import json_option


@click.group(epilog="Example: softhouse model test ollama:qwen3")
def command() -> None:
    """List, fetch, serve or test models. A model id is PROVIDER:MODEL."""


@command.command("list", epilog="Example: softhouse model list --json")
@json_option
def list_(as_json: bool) -> None:
    """List the providers, whether each can be used from here, and its default model; then the embedded
    models, and which of them this machine has enough memory and cores for.

    Keys are read from the environment; only the names of their variables are ever shown.
    """
    from company.cli.model.listing import as_data, lines
    from company.cli.output import say, say_json
    from company.models.available import list_models

    rows = list_models()
    if as_json:
        say_json([as_data(row) for row in rows])
        return
    for line in lines(rows):
        say(line)


@command.command(epilog="Example: softhouse model pull qwen2.5-coder-7b")
@click.argument("model", required=False)
@click.option(
    "--if-needed",
    is_flag=True,
    help="Only where no provider and no local server is there to speak.",
)
def pull(model: str | None, if_needed: bool) -> None:
    """Fetch an embedded model, which needs no key and no network afterwards: MODEL, as `softhouse model
    list` names it, or the smallest (1.1 GB).

    An interrupted download goes on where it stopped, and what arrives is checked by its SHA-256. It is kept
    in $SOFTHOUSE_CACHE, or the user's cache.
    """
    from company.cli.model.pulling import pull_with_progress, weights_called
    from company.cli.output import say
    from company.models.available import default_model
    from company.models.local.fitting import embedded_default

    weights = weights_called(model)
    if if_needed:
        if default_model() == f"local:{weights.name}":
            pull_with_progress(weights)
        return
    path = pull_with_progress(weights)
    say(str(path))
    if embedded_default() == weights.name:
        say(f"Where no model is named, local:{weights.name} is the embedded one.", err=True)


@command.command(epilog="Example: softhouse model serve --port 8080")
@click.argument("model", required=False)
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
def serve(model: str | None, port: int, at_once: int) -> None:
    """Serve an embedded model over the OpenAI protocol, on this machine only, until Ctrl-C: MODEL, a name or
    PATH.gguf, or the one that a run would use.

    Prints the base URL and the key that its clients need.
    """
    import signal

    from company.cli.output import say
    from company.models.local.fitting import embedded_default
    from company.models.local.servable import servable_file
    from company.models.local.server import serve as start
    from company.models.model_id import parse_model_id, window_of

    model_id = parse_model_id(f"local:{(model or embedded_default()).removeprefix('local:')}")
    weights = servable_file(model_id)
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    server = start(weights, port, window=window_of(model_id), at_once=at_once)
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
