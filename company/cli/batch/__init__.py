"""`softhouse batch`: many tasks, a run each."""

from pathlib import Path
from typing import Any

import click

from company.cli.batch.options import metrics_option, sandbox_option, to_option, work_options
from company.cli.run_options import VARIED, batch_options


def _one_place(ctx: click.Context, _: click.Parameter, paths: tuple[Path, ...]) -> Path:
    if all(path.exists() for path in paths):
        if len(paths) > 1:
            raise click.UsageError(f"TASKS is one file or folder of tasks, not {len(paths)}.", ctx)
        return paths[0]
    words = " ".join(map(str, paths))
    hint = f' To have one thing made: softhouse run "{words}".' if " " in words else ""
    raise click.UsageError(f"There is no file or folder {words!r}.{hint}", ctx)


@click.command(epilog="Example: softhouse batch tasks.csv -j 50 --budget 20 --model openai")
@click.argument(
    "tasks",
    nargs=-1,
    required=True,
    metavar="TASKS",
    type=click.Path(path_type=Path),
    callback=_one_place,
)
@batch_options
@click.option(
    "--set",
    "changes",
    metavar="KEY=VALUE",
    multiple=True,
    help="Anything else about the company, as softhouse fork takes it.",
)
@click.option("--only", metavar="ID", multiple=True, help="These tasks only.")
@click.option("--first", type=click.IntRange(1), metavar="N", help="The first N tasks only.")
@click.option("--name", help="What to call it. [default: the name of TASKS]")
@to_option
@metrics_option
@sandbox_option
@click.option(
    "--run-limit",
    "run_limits",
    metavar="WHAT=N",
    multiple=True,
    help="What one run may use: calls, tokens, seconds or usd.",
)
@click.option(
    "--mutants",
    type=click.IntRange(0, 1000),
    default=0,
    metavar="N",
    help="Try N small faults on each product's own tests.",
)
@click.option(
    "--embeddings", metavar="ID", help="The model that tells how near a program is to its task."
)
@work_options
def command(**options: Any) -> int:
    """Work on every task of TASKS: a .csv, .json, .jsonl, .yaml or .txt file, or a folder of YAML files.

    What is done is kept in batches/NAME (see --to): a folder for each run, results.csv,
    results.parquet and report.html. The same command goes on with what is left, after Ctrl-C, a
    crash, or a limit that was reached; it repeats no call that was recorded. A task may carry
    acceptance checks, which decide whether its product is complete. Limits are those of all runs
    together. Without --seed, every run has the seed 1.

    Exit codes: 0 all runs came to their end, 1 some did not, 2 usage or configuration, 3 budget
    reached, 4 the model provider failed, 5 no sandbox, 130 interrupted.
    """
    from company.cli.batch.making import make
    from company.cli.batch.options import run_limits
    from company.engine.fork.overrides import names_model, pairs, value_of
    from company.lab.batch import BATCHES, SEED, Batch
    from company.lab.execution.folder import LabFolder
    from company.lab.tasks.reading import read_tasks
    from company.rights import typed

    tasks: Path = options["tasks"]
    name = options["name"] or _name_of(tasks)
    own = {each.name: options[each.name] for each in VARIED if options[each.name] is not None}
    own |= {key: value_of(text) for key, text in pairs(options["changes"]).items()}
    typed([*(str(own[key]) for key in own if names_model(key)), options["embeddings"]])
    batch = Batch(
        name=name,
        tasks=tuple(read_tasks(tasks, only=options["only"], limit=options["first"])),
        folder=LabFolder(options["to"] or BATCHES / _folder_name(name)),
        seed=own.pop("seed", SEED),
        settings=own,
        limits=run_limits(options["run_limits"]),
    )
    return make(batch.folder, batch.plan, options, again="the same command")


def _name_of(tasks: Path) -> str:
    from company.lab.tasks.formats import PACKED

    place = tasks.resolve()
    return place.name if place.is_dir() else Path(place.name.removesuffix(PACKED)).stem


def _folder_name(name: str) -> str:
    """A name that is that of a folder too. Raises UsageError for a way to somewhere else."""
    if "/" in name or name.strip() in ("", ".", ".."):
        raise click.UsageError(
            f"--name {name!r} cannot be a folder of batches/: leave out '/', or say with --to where "
            "to keep the batch."
        )
    return name
