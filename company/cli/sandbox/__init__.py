"""`softhouse sandbox`: the places where programs are run."""

import click

from company.cli.options import json_option


@click.group(epilog="Example: softhouse sandbox test")
def command() -> None:
    """Build, test or clean up sandboxes."""


@command.command(epilog="Example: softhouse sandbox build --base python:3.12-slim")
@click.option(
    "--base",
    metavar="IMAGE",
    help="The image to build upon; one you already have needs no registry. [default: the Dockerfile's]",
)
def build(base: str | None) -> None:
    """Build the image for the Docker sandbox."""
    import asyncio

    from company.cli.output import say
    from warehouse.sandbox.docker.image import build_image

    tag = asyncio.run(build_image(base, on_line=lambda line: say(line, err=True)))
    say(tag)


@command.command(epilog="Example: softhouse sandbox test --json")
@json_option
def test(as_json: bool) -> int:
    """Start each sandbox and try, from inside, every wall and every limit of it."""
    import asyncio
    from dataclasses import asdict

    from company.cli.output import say, say_json
    from company.cli.sandbox.trial import try_all

    trials = asyncio.run(try_all())
    if as_json:
        say_json([asdict(trial) for trial in trials])
    else:
        for trial in trials:
            say(f"{trial.name:<11} {trial.outcome}")
            for kind, probes in (("walls", trial.walls), ("limits", trial.limits)):
                marks = [f"{'✓' if held else '✗'} {name}" for name, held in probes.items()]
                if marks:
                    say(f"{'':<11} {kind + ':':<8}{', '.join(marks)}")
            if trial.soft_limits:
                say(f"{'':<11} {trial.soft_limits}")
    return 0 if any(trial.usable for trial in trials) else 5


@command.command(epilog="Example: softhouse sandbox prune")
def prune() -> None:
    """Remove old images, containers whose run is gone, and installed packages."""
    import asyncio

    from company.cli.output import say
    from warehouse.sandbox.registry import prune as prune_all

    removed = asyncio.run(prune_all())
    for line in removed:
        say(f"removed {line}")
    if not removed:
        say("There is nothing to remove.")
