"""An analysis: the words of a report, in which every figure is a reference to a row that a query brought."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any, Self

from company.deliverables.fences import fences
from company.deliverables.kind import (
    Bounds,
    DeliverableKind,
    Delivery,
    Memory,
    Origin,
    Unreadable,
)
from company.deliverables.reply_text import plain
from company.deliverables.typed_figures import (
    LIST_NUMBER,
    NAME_OF_QUERY,
    NUMBER,
    numbers_in,
    place_of,
    referred,
)
from phases.yields import AnalysisYield
from warehouse.data.asked import AskedQuery
from warehouse.data.citations import cited, covers, without_citations
from warehouse.data.looked_up import LookedUp
from warehouse.data.parquet import parquet, stored
from warehouse.data.report import (
    FIGURE,
    NOT_APPROVED,
    Chart,
    Query,
    Report,
    Source,
    figure,
    markdown,
    page,
    with_figures,
)
from warehouse.events import Passage

SENTENCES, STORED, REPORT = "sentences.md", "analysis.json", "report.md"
CHART = re.compile(r"charts/(\d{1,3})\.json")
OWN = re.compile(r"rows/\d{1,4}\.parquet|charts/\d{1,3}\.(?:json|svg)")
"""What an analysis writes beside its words, one file for each query and chart."""
NEARLY = re.compile(r"\{[ \t]{0,8}\d[^{}\n]{0,200}\}")
"""What was to be a reference."""
TOUCHING = re.compile(r"\d[.,]?\{\}|\{\}[.,]?(?:\d|\{\})")
"""A figure, as `{}`, that digits or another one would make a different one of."""
FENCES = ("```", "~~~")
REQUIREMENTS = "altair>=6,<7\nduckdb>=2,<3\nvl-convert-python>=1.9,<2\n"
MOST_FAULTS = 5
TYPED = "You wrote the figure {figure} yourself: write where it stands, such as {place}."
NOWHERE = "No query brought the figure {figure}: leave it out."
CODE_LEFT_OUT = (
    "Blocks of code were left out of the report, to which queries and their rows are added."
)
HOW = (
    "Write the report and nothing else: paragraphs, headings with #, lists with -, a blank line before and after"
    " each. No other Markdown; tables, pictures and queries are added. Never write a figure"
    " that a query brought. Write where it stands instead, as {QUERY.ROW.COLUMN}: {2.1.people} is the column people"
    " in row 1 of query 2."
)

CITED = "A figure of a document may stand in digits in a paragraph that cites the lines where it stands."


class Analysis(DeliverableKind):
    """The report of an analysis, with its queries, their rows and its charts."""

    does = "writes the report of an analysis"
    makes_more = True
    cites = True

    def __init__(self, _: AnalysisYield) -> None:
        self._asked: Sequence[AskedQuery] = ()
        self._looked_up: Sequence[LookedUp] = ()
        self._said = ""
        self._before: Collection[str] = ()
        self._objections: tuple[str, ...] = ()

    def within(self, bounds: Bounds) -> Self:
        bound = type(self)(AnalysisYield())
        bound._asked, bound._said, bound._before = bounds.asked, bounds.said, bounds.before
        bound._objections, bound._looked_up = bounds.objections, bounds.looked_up
        return bound

    def instructions(self, example: str | None = None) -> str:
        told = [HOW, *([CITED] if self._looked_up else [])]
        return "\n".join([*told, *([NOT_APPROVED] if self._objections else []), *self._objections])

    def read(self, reply: str, current: Mapping[str, str], accepted: bool = False) -> Delivery:
        written, notes = _without_code(plain(reply).strip())
        sentences = self._with_references(written)
        faults = [] if accepted else self._faults(sentences)
        if faults:
            raise Unreadable("\n".join(faults[:MOST_FAULTS]), nothing=not sentences)
        charts = _charts(current, self._before)
        return Delivery("analysis", text=sentences, files=charts, notes=notes)

    def _with_references(self, sentences: str) -> str:
        """The sentences with a reference for each figure that was typed and stands in a row."""
        queries = reported(self._asked, {})
        numbers, parts = numbers_in(queries), re.split(r"(\n[ \t]*\n)", sentences)
        return "".join(referred(each, queries, numbers, self._known(each)) for each in parts)

    def _faults(self, sentences: str) -> list[str]:
        if not sentences:
            return ["Your reply is empty: write the report."]
        if not (self._asked or self._looked_up):
            return ["There is no query to report on: ask one first."]
        faults = ["Write no code in fences."] if any(map(sentences.__contains__, FENCES)) else []
        queries = reported(self._asked, {})
        for reference in FIGURE.finditer(sentences):
            try:
                figure(queries, reference)
            except LookupError as fault:
                faults.append(f"{reference[0]} is no figure: {fault.args[0]}.")
        words = FIGURE.sub("{}", NAME_OF_QUERY.sub("", sentences))
        faults += [
            f"{each} is no figure: one is {{QUERY.ROW.COLUMN}}." for each in NEARLY.findall(words)
        ]
        if TOUCHING.search(words):
            faults.append("A figure touches digits or another figure: set them apart.")
        return faults + [
            TYPED.format(figure=each, place=place)
            if (place := place_of(each, queries))
            else NOWHERE.format(figure=each)
            for each in self._typed(NEARLY.sub("", words))
        ]

    def _typed(self, words: str) -> dict[str, None]:
        """The figures that stand neither in the question nor in lines that their paragraph cites."""
        typed = dict[str, None]()
        for paragraph in re.split(r"\n[ \t]*\n", words):
            known = self._known(paragraph)
            own = NUMBER.findall(LIST_NUMBER.sub("", without_citations(paragraph, self._shown)))
            typed |= dict.fromkeys(each for each in own if each not in known)
        return typed

    def _known(self, paragraph: str) -> set[str]:
        """The figures that may stand in a paragraph as they are."""
        lines = " ".join(cited(paragraph, self._shown).values())
        return {*NUMBER.findall(self._said), *NUMBER.findall(lines)}

    @property
    def _shown(self) -> list[Passage]:
        return [passage for each in self._looked_up for passage in each.passages]

    def describe(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "text": with_figures(delivery.text, reported(self._asked, {}), lambda told, _: told)
        }

    def apply(
        self, delivery: Delivery, origin: Origin, memory: Memory
    ) -> Mapping[str, str | bytes | None]:
        memory.reports[origin.title] = delivery.text
        rows = {
            f"rows/{number}.parquet": parquet(each.rows)
            for number, each in enumerate(memory.asked, 1)
        }
        # What belongs to an analysis before this one goes with its report.
        older = filter(OWN.fullmatch, self._before if STORED in self._before else ())
        gone: dict[str, str | bytes | None] = dict.fromkeys(older)
        return {**gone, SENTENCES: f"{delivery.text}\n", **delivery.files, **rows}

    def made(self, delivery: Delivery, question: str, titles: Mapping[str, str]) -> dict[str, str]:
        """What the house makes of it by rule: the report, and what writes it again."""
        queries = reported(self._asked, titles)
        drawings = [
            {"number": number, **json.loads(delivery.files[f"charts/{number}.json"])}
            for number in _numbers(delivery.files)
        ]
        charts = [Chart(each, delivery.files[f"charts/{each['number']}.svg"]) for each in drawings]
        sources = self._sources(delivery.text, titles)
        report = Report(question, f"{delivery.text}\n", queries, charts, self._objections, sources)
        about = [
            {"sql": each.sql, "database": each.database, "role": each.role, "cut": each.cut}
            for each in queries
        ]
        facts = {
            "question": question,
            "queries": about,
            "charts": drawings,
            "objections": self._objections,
            "sources": [asdict(each) for each in sources],
        }
        return {
            REPORT: markdown(report),
            "report.html": page(report),
            "report.py": (files("warehouse.data") / "report.py").read_text("utf-8"),
            "requirements.txt": REQUIREMENTS,
            STORED: json.dumps(facts, indent=1, ensure_ascii=False) + "\n",
        }

    def _sources(self, text: str, titles: Mapping[str, str]) -> list[Source]:
        """The lines that the text cites, each with who was shown them first."""
        return [
            Source(place, lines, self._finder(place, titles))
            for place, lines in cited(text, self._shown).items()
        ]

    def _finder(self, place: str, titles: Mapping[str, str]) -> str:
        found = (
            titles.get(each.role, each.role)
            for each in self._looked_up
            if any(covers(passage, place) for passage in each.passages)
        )
        return next(found)


def _without_code(sentences: str) -> tuple[str, tuple[str, ...]]:
    """The sentences without blocks of code, and a note where there were some; a report that stands in one
    block as a whole is what that holds."""
    blocks, lines = [each for each in fences(sentences) if each.closed], sentences.split("\n")
    if len(blocks) == 1 and blocks[0].last_line - blocks[0].line + 1 == len(lines):
        is_document = blocks[0].info.strip().lower() in ("markdown", "md")
        return (blocks[0].body.strip(), ()) if is_document else (sentences, ())
    inside = {n for each in blocks for n in range(each.line, each.last_line + 1)}
    left = "\n".join(line for n, line in enumerate(lines, 1) if n not in inside).strip()
    return left, (CODE_LEFT_OUT,) if inside else ()


def reported(asked: Sequence[AskedQuery], titles: Mapping[str, str]) -> list[Query]:
    """The queries as a report tells of them, with the values that are stored."""
    kept = [(each, stored(each.rows)) for each in asked]
    return [
        Query(
            each.sql.strip(),
            each.database,
            titles.get(each.role, each.role),
            rows.columns,
            rows.rows,
            rows.cut,
        )
        for each, rows in kept
    ]


def _charts(current: Mapping[str, str], before: Collection[str]) -> dict[str, str]:
    """Those that were drawn for this version: an older one shows what an older query brought."""
    return {
        path: current[path]
        for number in _numbers(current)
        for path in (f"charts/{number}.json", f"charts/{number}.svg")
        if path not in before
    }


def _numbers(paths: Mapping[str, str]) -> list[int]:
    numbers = (int(each[1]) for each in map(CHART.fullmatch, paths) if each)
    return sorted(number for number in numbers if f"charts/{number}.svg" in paths)
