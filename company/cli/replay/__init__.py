"""`softhouse replay`: watch a run again, from its journal alone."""

import math
from pathlib import Path

import click

from company.cli.options import events_option, products_option, run_argument


def _speed(_: click.Context, param: click.Parameter, value: str) -> float:
    try:
        speed = math.inf if value == "max" else float(value)
    except ValueError:
        speed = math.nan
    if not speed > 0 or (math.isinf(speed) and value != "max"):
        raise click.BadParameter(f"{value!r} is neither a number above 0 nor max.", param=param)
    return speed


def _some_seconds(_: click.Context, param: click.Parameter, seconds: float) -> float:
    if not seconds >= 0:
        raise click.BadParameter(f"{seconds} is no number of seconds.", param=param)
    return seconds


@click.command(epilog="Example: softhouse replay demo --speed 4")
@run_argument
@products_option
@click.option(
    "--speed",
    callback=_speed,
    default="1",
    metavar="X",
    help="How many times as fast as it was; `max` leaves all pauses out. [default: 1]",
)
@click.option(
    "--longest-pause",
    type=float,
    callback=_some_seconds,
    default=3.0,
    show_default=True,
    metavar="S",
    help="Cut pauses that would take longer than S seconds.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Show nothing; let the engine walk the run on its journal alone, and say where that leads.",
)
@click.option("--from", "step", metavar="STEP", help="Begin at a step, named as for fork.")
@click.option(
    "--plain", is_flag=True, help="One line for each thing that happens, instead of the window."
)
@events_option
def command(
    run: str,
    products: Path | None,
    speed: float,
    longest_pause: float,
    check: bool,
    step: str | None,
    plain: bool,
    as_json: bool,
) -> int:
    """Watch RUN again from its journal alone: nothing is asked, executed or written.

    RUN is an id, a unique prefix of one, a path, or `last`. `demo` and `demo-waterfall` are recorded
    runs that come with softhouse. On a terminal it is played in the window.
    """
    from company.cli.opened import open_run
    from company.cli.window import can_hold_a_window
    from warehouse.history.clock import Pace

    if plain and as_json:
        raise click.UsageError("--plain and --json exclude each other.")
    if check:
        if step is not None or as_json:
            raise click.UsageError("--check shows nothing: leave out --from and --json.")
        from company.cli.output import say
        from company.cli.replay.rehearsing import check_again

        say(check_again(open_run(run, products)))
        return 0
    opened = open_run(run, products)
    begin = 0
    if step is not None:
        from company.engine.fork.fork_point import find_step

        begin = opened.events.index(find_step(opened.events, step))
    if plain or as_json or not can_hold_a_window():
        from company.cli.replay.screening import Readers, show_again

        pace = Pace(speed, longest_pause)
        return show_again(opened, pace, Readers(), begin=begin, as_json=as_json)
    from company.cli.window import window_to_open
    from warehouse.runs.folders import products_folder

    root = products_folder(products)
    window_to_open().show(
        root, opened.folder, replay_at=speed, longest_pause=longest_pause, start=begin
    )
    return 0
