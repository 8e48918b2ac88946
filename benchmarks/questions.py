"""Execution accuracy of companies that ask databases: forty questions over three schemas, one with 60 tables.

An answer is right where its query brings the rows of the reference query (`warehouse/data/same_rows.py`).
What was asked is written to `--out` as it ends, and is not asked again; `--limit N` takes every k-th question,
so that all schemas have their share. No bound: it tells which company `softhouse ask` should take.
"""

import asyncio
import json
import sqlite3
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from benchmarks.question_set import Question, made_in, questions, wanted
from company.cards.company_card import RunLimits
from company.company import Company
from company.engine.resources import Resources, open_resources
from company.engine.run import Run
from company.errors import BudgetReached
from company.lab.analysis.interval import wilson_interval
from company.models.provider import providers
from warehouse.data.address import Address
from warehouse.data.same_rows import difference_of_rows
from warehouse.events.rows import Cell
from warehouse.history.answer import Answer, answer_in
from warehouse.journal.journal import FILE_NAME, read_events

COMPANIES = ("ask", "ask_once")
RIGHT = "right"


@dataclass(frozen=True)
class Asked:
    """What one company made of one question."""

    company: str
    model: str
    question: str
    outcome: str
    """`right`, or in what it failed."""
    sql: str
    words: str
    calls: int
    tokens: int
    seconds: float
    run: str


def outcome(answer: Answer, expected: Sequence[Sequence[Cell]], *, in_order: bool) -> str:
    """Whether an answer is right, and in what it is not."""
    if answer.rows is None:
        return "no query"
    return difference_of_rows(answer.rows.rows, expected, in_order=in_order) or RIGHT


async def asked(
    house: Company,
    question: Question,
    path: Path,
    limits: RunLimits,
    products: Path,
    resources: Resources,
) -> Asked:
    """Ask a company. Raises ProviderError and others but for a limit, which is an outcome."""
    databases = {question.database: Address.parse(str(path))}
    spec = await house.spec(
        question.question, databases=databases, limits=limits, seed=1, sandbox="none"
    )
    run = Run.begin(spec, resources, products)
    is_limited = False
    try:
        await run.work()
    except BudgetReached:
        is_limited = True
    answer, summary = answer_in(read_events(run.folder / FILE_NAME)), run.summary
    with closing(sqlite3.connect(path)) as database:
        expected = wanted(database, question)
    came_to = "limit" if is_limited else outcome(answer, expected, in_order=question.in_order)
    return Asked(
        house.cards.company.name, house.model or "", question.id, came_to, answer.sql, answer.words,
        summary.usage.calls, summary.usage.tokens, round(summary.seconds, 2), run.folder.name,
    )  # fmt: skip


def recorded(out: Path) -> list[Asked]:
    """What was asked earlier."""
    lines = out.read_text("utf-8").splitlines() if out.exists() else []
    return [Asked(**json.loads(line)) for line in lines]


def record(result: Asked, out: Path) -> None:
    """Add what was asked to the others."""
    with out.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")


async def ask_all(
    companies: Sequence[str], model: str, chosen: Sequence[Question], limits: RunLimits, out: Path
) -> list[Asked]:
    """Everything that is known of these companies, what was asked earlier included."""
    known = recorded(out)
    done = {(each.company, each.model, each.question): each for each in known}
    products = out.with_suffix(".products")
    with tempfile.TemporaryDirectory() as folder:
        paths = made_in(Path(folder))
        async with open_resources("none") as resources:
            # All companies on one question, then the next: what is stopped early can be compared.
            for question in chosen:
                for name in companies:
                    if (name, model, question.id) in done:
                        continue
                    house = Company.load(name, model=model)
                    path = paths[question.database]
                    result = await asked(house, question, path, limits, products, resources)
                    done[name, model, question.id] = result
                    record(result, out)
                    click.echo(
                        f"{question.id} {name}: {result.outcome}, {result.tokens:,} tokens, {result.seconds:.0f} s"
                    )
    ids = {each.id for each in chosen}
    return [
        each
        for (name, who, id_), each in done.items()
        if name in companies and who == model and id_ in ids
    ]


def told(company: str, results: Iterable[Asked]) -> str:
    """The figures of one company, in a paragraph."""
    own = [each for each in results if each.company == company]
    if not own:
        return f"{company}: nothing was asked"
    right = sum(each.outcome == RIGHT for each in own)
    interval = wilson_interval(right / len(own), len(own))
    failures = Counter(each.outcome for each in own if each.outcome != RIGHT).most_common()
    kinds = ", ".join(f"{number} {kind}" for kind, number in failures) or "none"
    return (
        f"{company}: execution accuracy {right / len(own):.2f} ({right} of {len(own)};"
        f" 95 % from {interval.low:.2f} to {interval.high:.2f});"
        f" a question {statistics.mean(each.tokens for each in own):,.0f} tokens,"
        f" {statistics.mean(each.calls for each in own):.1f} calls,"
        f" {statistics.mean(each.seconds for each in own):.1f} s; failures: {kinds}"
    )


def every_kth(all_of_them: Sequence[Question], limit: int | None) -> list[Question]:
    """So many of them, evenly spread; all without a limit."""
    number = min(limit or len(all_of_them), len(all_of_them))
    return [all_of_them[place * len(all_of_them) // number] for place in range(number)]


@click.command()
@click.option("--model", help="The model that is asked; the embedded one when left out.")
@click.option("--company", "companies", multiple=True, default=COMPANIES, show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="Every k-th question, so many in all.")
@click.option(
    "--seconds", type=float, default=180.0, show_default=True, help="Of one question at most."
)
@click.option(
    "--out", type=click.Path(path_type=Path), default="questions.jsonl", show_default=True
)
def main(
    model: str | None, companies: tuple[str, ...], limit: int | None, seconds: float, out: Path
) -> None:
    """Ask companies the questions of benchmarks/questions, and say how many answers are right."""
    chosen = every_kth(questions(), limit)
    model = model or f"local:{providers()['local'].default_model}"
    asking = ask_all(companies, model, chosen, RunLimits(seconds=seconds), out.absolute())
    results = asyncio.run(asking)
    for name in companies:
        click.echo(told(name, results))


if __name__ == "__main__":
    main()
