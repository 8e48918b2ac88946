"""`softhouse experiment`: companies compared on the same tasks."""

from pathlib import Path
from typing import Any

import click

from company.cli.batch.options import metrics_option, sandbox_option, to_option, work_options

file_argument = click.argument("file", type=click.Path(exists=True, path_type=Path))

place_argument = click.argument(
    "place", metavar="FILE|FOLDER", type=click.Path(exists=True, path_type=Path)
)


@click.group(epilog="Example: softhouse experiment run study.yaml -j 4")
def command() -> None:
    """Change one thing about a company, hold everything else equal, and see whether it mattered."""


@command.command(epilog="Example: softhouse experiment register study.yaml")
@file_argument
@metrics_option
@to_option
@click.option(
    "--amend",
    "why",
    metavar="WHY",
    default="",
    help="Why what was registered is changed; the report names it.",
)
@click.option(
    "--sealed",
    is_flag=True,
    help="Name the tasks by their digests only, so that what is registered can be shown to anybody.",
)
def register(file: Path, to: Path | None, *, why: str, sealed: bool) -> None:
    """Write down what the experiment FILE is to show, before it is run, where no one can change it unseen.

    It is kept beside FILE (study.registration.jsonl of study.yaml): question, primary metrics, baseline, conditions, tasks
    and seeds, with the date. The report then tells what was meant beforehand from what was not.
    """
    import asyncio

    from company.cli.experiment.registered import lines_of
    from company.cli.output import say
    from company.lab.experiment import Experiment

    experiment = Experiment.load(file, folder=to)
    registration = asyncio.run(experiment.register(why=why, sealed=sealed))
    for line in lines_of(file, registration):
        say(line)


@command.command(epilog="Example: softhouse experiment run study.yaml --dry-run")
@file_argument
@metrics_option
@to_option
@sandbox_option
@work_options
def run(**options: Any) -> int:
    """Make every run of the experiment FILE that is not made yet, then write tables and report.

    It is kept in experiments/NAME (see --to). What conditions have in common is run once and
    forked. The same command goes on with what is left.
    """
    return _run(options)


@command.command(epilog="Example: softhouse experiment resume study.yaml")
@file_argument
@metrics_option
@to_option
@sandbox_option
@work_options
def resume(**options: Any) -> int:
    """Go on with an experiment that was begun, after Ctrl-C, a crash, or a limit that was reached."""
    from company.lab.experiment import Experiment

    Experiment.load(options["file"], folder=options["to"]).folder.plan()
    return _run(options)


@command.command(epilog="Example: softhouse experiment report experiments/study")
@place_argument
@metrics_option
@to_option
def report(place: Path, to: Path | None) -> None:
    """Write tables and report anew, from the runs there are; of a batch's folder, too."""
    from company.cli.batch.written import write_everything
    from company.cli.output import say
    from company.lab.execution.folder import LabFolder
    from company.lab.experiment import Experiment

    if place.is_dir() and to is not None:
        raise click.UsageError(
            "--to belongs to an experiment's file; a folder keeps its own report."
        )
    folder = LabFolder(place) if place.is_dir() else Experiment.load(place, folder=to).as_now
    for path in write_everything(folder):
        say(str(path))
    if folder.departure:
        say(f"softhouse: {folder.departure}", err=True)


@command.command(epilog="Example: softhouse experiment judge study.yaml --model local")
@place_argument
@metrics_option
@click.option("--model", metavar="ID", required=True, help="The model that judges.")
@work_options
def judge(place: Path, model: str, **options: Any) -> int:
    """Have a model say which of two programs is better, the condition's or the baseline's.

    It is shown the task and both programs, in both orders and by nobody's name; its runs are kept in judged/models of the
    experiment's folder. The same command goes on with what is left. The report then tells what it preferred, and how
    often it agreed with itself.
    """
    from company.cli.batch.making import make
    from company.cli.experiment.judged import lines_of
    from company.cli.output import say
    from company.lab.execution.folder import LabFolder
    from company.lab.experiment import Experiment
    from company.lab.judging.judgements import judgements_in
    from company.lab.judging.judging import judging
    from company.lab.report.reporting import require_lab, write_results
    from company.rights import typed

    require_lab()
    typed([model])
    folder = LabFolder(place) if place.is_dir() else Experiment.load(place).as_now
    batch = judging(folder, model)
    given = {**options, "sandbox": "none", "embeddings": None, "mutants": 0}
    code = make(batch.folder, batch.plan, given, again="the same command")
    if not (options["dry_run"] or options["as_json"]):
        for line in lines_of(judgements_in(folder)):
            say(line)
        for path in write_results(folder):
            say(str(path))
    return code


@command.command(epilog="Example: softhouse experiment rate study.yaml --as anna")
@place_argument
@metrics_option
@click.option(
    "--as", "name", metavar="NAME", required=True, help="Who rates, as the report names them."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=0,
    metavar="N",
    help="Where the page listens on 127.0.0.1; 0 takes any free port.",
)
def rate(place: Path, name: str, port: int) -> None:
    """Say yourself which of two programs is better, on a page in the browser of this machine.

    It shows the task and both programs, by nobody's name. What was rated is kept in judged/people of the experiment's
    folder, so it can be gone on with; the report tells what was preferred, and how far judges agree.
    """
    from company.cli.experiment.judged import lines_of
    from company.cli.experiment.rating import rate as serve
    from company.cli.output import say
    from company.lab.execution.folder import LabFolder
    from company.lab.experiment import Experiment
    from company.lab.judging.judgements import judgements_in
    from company.lab.judging.pairs import pairs_of
    from company.lab.judging.ratings import Rater
    from company.lab.report.reporting import require_lab, write_results

    require_lab()
    folder = LabFolder(place) if place.is_dir() else Experiment.load(place).as_now
    rater = Rater(folder, name, pairs_of(folder))
    serve(rater, port)
    if rater.next() is not None:
        return  # What was preferred until now would tell who goes on.
    for line in lines_of(judgements_in(folder)):
        say(line)
    for path in write_results(folder):
        say(str(path))


@command.command(epilog="Example: softhouse experiment export experiments/study --to jsonl")
@place_argument
@metrics_option
@click.option(
    "--to",
    "form",
    type=click.Choice(["parquet", "jsonl"]),
    default="parquet",
    show_default=True,
    help="Tables of calls, messages, edits and events with a data card, or conversations as OpenAI chats.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to. [default: the experiment's folder]",
)
def export(place: Path, form: str, output: Path | None) -> None:
    """Write what was said and done in all runs as data; what runs share is there once."""
    from company.cli.output import say
    from company.lab.execution.folder import LabFolder
    from company.lab.experiment import Experiment
    from company.lab.report.reporting import require_lab

    require_lab()
    from company.lab.rows.export import export_chats, export_tables

    folder = LabFolder(place) if place.is_dir() else Experiment.load(place).folder
    write = export_tables if form == "parquet" else export_chats
    for path in write(folder, output or folder.path):
        say(str(path))


@command.command(
    epilog="Example: softhouse experiment plan study.yaml --pilot results.csv --difference 0.2"
)
@file_argument
@metrics_option
@click.option(
    "--pilot",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The results.csv or results.parquet of a smaller study before.",
)
@click.option(
    "--difference",
    type=click.FloatRange(0, min_open=True),
    metavar="D",
    help="What should be shown, in the metric's unit; 0.2 is 20 points, of tokens 1.5 is half as much again.",
)
@click.option(
    "--metric", metavar="NAME", help="By this metric. [default: the experiment's first one]"
)
@click.option(
    "--task-sd",
    type=click.FloatRange(0),
    metavar="SD",
    help="How the difference scatters between tasks, instead of a pilot; of tokens its natural logarithm, 0.4 being a factor of 1.5.",
)
@click.option(
    "--repetition-sd",
    type=click.FloatRange(0),
    metavar="SD",
    help="How it scatters between repetitions of a task.",
)
@click.option("--json", "as_json", is_flag=True, help="Write it as one JSON object.")
def plan(
    file: Path,
    *,
    pilot: Path | None,
    difference: float | None,
    metric: str | None,
    task_sd: float | None,
    repetition_sd: float | None,
    as_json: bool,
) -> None:
    """Say what the experiment FILE could show, and what it takes, before anything is spent.

    Studies are simulated, and tested as the report tests them. No model is asked.
    """
    from company.cli.output import say
    from company.lab.experiment import Experiment
    from company.lab.report.reporting import require_lab

    require_lab()
    from company.lab.report.planned import as_json as told_as_json

    planned = Experiment.load(file).planned(
        metric=metric,
        pilot=pilot,
        difference=difference,
        task_sd=task_sd,
        repetition_sd=repetition_sd,
    )
    say(told_as_json(planned) if as_json else str(planned))


def _run(options: dict[str, Any]) -> int:
    from company.cli.batch.making import make
    from company.lab.experiment import Experiment

    experiment = Experiment.load(options["file"], folder=options["to"])
    evaluated = {"mutants": experiment.card.mutants, "embeddings": experiment.card.embeddings}
    again = f"softhouse experiment resume {options['file']}"
    return make(experiment.folder, experiment.plan, {**options, **evaluated}, again=again)
