"""`softhouse watch`: the window, on a terminal or in a browser."""

from pathlib import Path

import click

from company.cli.options import RunArgument, products_option


@click.command(epilog="Example: softhouse watch last")
@click.argument("run", type=RunArgument(), required=False)
@products_option
@click.option("--serve", is_flag=True, help="Show the window in a browser on this machine.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    metavar="N",
    help="Where --serve listens on 127.0.0.1; 0 takes any free port.",
)
@click.option("--theme", metavar="NAME", help="The colours; `list` names them.")
@click.option("--calm", is_flag=True, help="Nothing moves that need not.")
def command(
    run: str | None, products: Path | None, serve: bool, port: int, theme: str | None, calm: bool
) -> int:
    """Open the window: all runs, and whatever happens in them, as it happens.

    RUN is shown first: an id, a unique prefix of one, a path, `last`, or a demo's name. Leaving the
    window stops no run.
    """
    from company.cli.output import say
    from company.cli.window import the_window, window_to_open
    from warehouse.runs.folders import find_run, products_folder

    if theme == "list":
        say("\n".join(the_window().themes))
        return 0
    if theme is not None:
        the_window().check_theme(theme)
    root = products_folder(products)
    folder = find_run(run, root) if run is not None else None
    if serve:
        from company.cli.watch.serve import serve_window

        return serve_window(root, folder, port=port, theme=theme, calm=calm)
    window_to_open().show(root, folder, theme=theme, calm=calm)
    return 0
