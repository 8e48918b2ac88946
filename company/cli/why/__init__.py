"""`softhouse why`: from a line of the product to the words that made it."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from company.cli.options import RunArgument, json_option, products_option


class RunOrFile(RunArgument):
    """A run, or a file, which the shell completes itself."""

    name = "file"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        runs = super().shell_complete(ctx, param, incomplete)
        return [*runs, CompletionItem(incomplete, type="file")]


@click.command(epilog="Example: softhouse why last main.py:12")
@click.argument("words", nargs=-1, required=True, metavar="[RUN] FILE[:LINE]", type=RunOrFile())
@products_option
@click.option("--full", is_flag=True, help="Every word of the conversation.")
@json_option
def command(words: tuple[str, ...], products: Path | None, full: bool, as_json: bool) -> None:
    """Show who wrote a line of the product, when, and what was said.

    Without a line, show who wrote what of FILE; FILE:FROM-TO does so for some of its lines. RUN is
    an id, a unique prefix of one, a path, or `last`. Without it, FILE lies in a delivered product,
    and its history tells the run.
    """
    from company.cli.output import say_json
    from company.cli.why.answer import answer, as_record
    from company.cli.why.question import in_repository, in_run

    if len(words) > 2:
        raise click.UsageError("Name a file, or a run and a file, no more.")
    *runs, word = words
    with in_run(runs[0], word, products) if runs else in_repository(word, products) as question:
        reply = answer(question)
    if as_json:
        say_json(as_record(reply))
        return
    from company.cli.why.text import print_answer

    print_answer(reply, full=full)
