"""`softhouse export`: a run as one file to keep, send or feed to a script."""

from pathlib import Path

import click

from company.cli.options import products_option, run_argument


@click.command(epilog="Example: softhouse export last --to html -o tip_calculator.html")
@run_argument
@products_option
@click.option(
    "--to",
    "form",
    type=click.Choice(["html", "md", "json"]),
    default="html",
    show_default=True,
    help="One self-contained page, Markdown, or JSON.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Where to; `-` is standard output. [default: RUN.html, RUN.md or RUN.json]",
)
def command(run: str, products: Path | None, form: str, output: Path | None) -> None:
    """Write RUN as one HTML, Markdown or JSON file.

    RUN is an id, a unique prefix of one, a path, or `last`.
    """
    import sys

    from company.cli.opened import open_run
    from company.cli.output import say, write
    from company.errors import ConfigurationError

    opened = open_run(run, products)
    if form == "html":
        from company.cli.export_html import as_html

        text = as_html(opened)
    elif form == "md":
        from company.cli.export_markdown import as_markdown

        text = as_markdown(opened)
    else:
        from company.cli.export_json import as_json_text

        text = as_json_text(opened)
    if output is not None and str(output) == "-":
        write(text, sys.stdout)
        return
    path = output or Path(f"{opened.folder.absolute().name}.{form}")
    try:
        path.write_text(text, "utf-8", errors="replace")
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written: {error.strerror}. Name another file with -o."
        ) from None
    say(str(path))
