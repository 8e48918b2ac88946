"""`softhouse export`: a run as one file to keep, send or feed to a script."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from company.cli.options import products_option, run_argument

if TYPE_CHECKING:
    from company.cli.opened import OpenedRun


@click.command(epilog="Example: softhouse export last --to html -o tip_calculator.html")
@run_argument
@products_option
@click.option(
    "--to",
    "form",
    type=click.Choice(["html", "md", "json", "patch"]),
    default="html",
    show_default=True,
    help="One self-contained page, Markdown, JSON, or the work on your program for `git am`.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Where to; `-` is standard output. [default: RUN.html, RUN.md …]",
)
@click.option(
    "--journal",
    is_flag=True,
    help="Store the journal in the product instead, so that `softhouse why` works wherever it goes.",
)
@click.pass_context
def command(
    ctx: click.Context,
    run: str,
    products: Path | None,
    form: str,
    output: Path | None,
    journal: bool,
) -> None:
    """Write RUN as one HTML, Markdown or JSON file, or its work as a patch.

    RUN is an id, a unique prefix of one, a path, or `last`.
    """
    from company.cli.opened import open_run

    opened = open_run(run, products)
    if not journal:
        _write_file(opened, form, output)
        return
    if output is not None or ctx.get_parameter_source("form") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--journal goes into the product: --to and -o do not apply.", ctx)
    _carry_journal(opened.folder)


def _write_file(opened: "OpenedRun", form: str, output: Path | None) -> None:
    from company.cli.output import say, write_bytes
    from company.errors import ConfigurationError

    content = _content(opened, form)
    if output is not None and str(output) == "-":
        write_bytes(content)
        return
    path = output or Path(f"{opened.folder.absolute().name}.{form}")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written: {error.strerror}. Name another file with -o."
        ).caused_by(error) from None
    say(str(path))


def _content(opened: "OpenedRun", form: str) -> bytes:
    if form == "patch":
        from company.cli.export.patch import as_patch

        return as_patch(opened)
    if form == "html":
        from company.cli.export.html import as_html

        text = as_html(opened)
    elif form == "md":
        from company.cli.export.markdown import as_markdown

        text = as_markdown(opened)
    else:
        from company.cli.export.record import as_json_text

        text = as_json_text(opened)
    return text.encode(errors="replace")


def _carry_journal(folder: Path) -> None:
    from company.cli.output import say
    from warehouse.history.format.figures import counted
    from warehouse.history.why.carried_journal import FETCH, PUSH, REF, carry_journal
    from warehouse.runs.folders import PRODUCT

    carried = carry_journal(folder)
    say(f"Stored {counted(carried.events, 'event')} in {folder / PRODUCT} as {REF}.")
    for reason in carried.skipped:
        say(f"Left out: {reason}.")
    say("It holds every word of the run. A clone does not take it along:")
    say(f"  {FETCH}    # into a clone of this product")
    say(f"  {PUSH}    # to where the product is published")
