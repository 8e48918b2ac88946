"""Writes the report of an analysis anew from what is stored beside this file: `python report.py`.

`analysis.json` holds the question, the queries and the charts, `rows/` what each query brought, and `sentences.md`
the reporter's words, in which {2.1.people} stands for a figure: of query 2, row 1, column people. So no figure in
report.md and report.html was typed by anybody. softhouse made both by this same file.
"""

import base64
import html
import json
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

MOST_ROWS = 20
"""Of a query, as the report shows them; all that were brought are in its Parquet file."""
CITATION = re.compile(r"\[([^\[\]{}:\n]{1,400}):(\d{1,7})(?:-(\d{1,7}))?\]")
FIGURE = re.compile(r"\{(\d{1,4})\.(?:(\d{1,5})\.([^{}\n]{1,200})|rows)\}")
"""A cell, or how many rows a query has."""
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#!~$&:@]|(?i:(?<=www)\.))")
BLANK = re.compile(r"[\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""What acts on a terminal, or turns the order of letters around."""
COMPUTED = re.compile(r"-?\d{1,15}\.\d{10,40}")
"""A decimal that nobody typed: an average, as some databases tell it."""
LONGEST_TITLE = 200
NOT_APPROVED = "The check did not approve:"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem; color: #222; background: #fff }
a { color: inherit } table { border-collapse: collapse } td, th { border: 1px solid #ccc; padding: .2rem .6rem; text-align: left }
pre { background: #f4f4f4; padding: .6rem; overflow-x: auto } img { max-width: 100% } .told { color: #666 }
"""
HEAD = """<!doctype html>
<html><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>{style}</style></head><body>
"""


@dataclass(frozen=True)
class Query:
    """A query, and what it brought."""

    sql: str
    database: str
    role: str
    """The title of who asked it."""
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    cut: str = ""
    """What was left out of the rows, in words."""

    @property
    def told(self) -> str:
        """How many rows there are, and how many of them are shown."""
        shown = f", the first {MOST_ROWS} are shown" if len(self.rows) > MOST_ROWS else ""
        cut = f"; {self.cut}" if self.cut else ""
        return f"{len(self.rows)} {'row' if len(self.rows) == 1 else 'rows'}{shown}{cut}"


@dataclass(frozen=True)
class Chart:
    """A picture of what a query brought."""

    drawing: Mapping[str, Any]
    """Its number, its query's, its kind, the columns x and y, and its title."""
    svg: str

    @property
    def path(self) -> str:
        return f"charts/{int(self.drawing['number'])}.svg"

    @property
    def query(self) -> int:
        """The number of the query."""
        return int(self.drawing["query"])

    def told(self, query: Query) -> str:
        """What of the query's rows is not in it, in words."""
        left = len(query.rows) - len(points(self.drawing, query.columns, query.rows))
        return "".join(f"; {each}" for each in (told_left_out(left), query.cut) if each)


@dataclass(frozen=True)
class Source:
    """Lines of a document that the sentences cite."""

    place: str
    """As it is cited: `handbook/leave.md:12-20`."""
    lines: str
    role: str
    """The title of who looked it up."""


@dataclass(frozen=True)
class Report:
    """All that a report is made of."""

    question: str
    sentences: str
    queries: Sequence[Query]
    charts: Sequence[Chart]
    objections: Sequence[str] = ()
    """What the check did not approve."""
    sources: Sequence[Source] = ()
    """What is cited, in the order of the citations."""

    def cited(
        self, text: str, written: Callable[[str, int], str], between: Callable[[str], str]
    ) -> str:
        """The text with each citation as `written` has it, which is given the citation and its source's number,
        and with what stands `between` them."""
        numbers = {f"[{each.place}]": number for number, each in enumerate(self.sources, 1)}
        parts, end = list[str](), 0
        for each in CITATION.finditer(text):
            if each[0] in numbers:
                parts += [
                    between(text[end : each.start()]),
                    written(each[0][1:-1], numbers[each[0]]),
                ]
                end = each.end()
        return "".join([*parts, between(text[end:])])


def figure(queries: Sequence[Query], reference: "re.Match[str]") -> str:
    """What a reference stands for. Raises LookupError where there is no such cell."""
    number = int(reference[1])
    if not 1 <= number <= len(queries):
        raise LookupError(f"there is no query {number}")
    query = queries[number - 1]
    if reference[2] is None:
        if query.cut:
            raise LookupError(f"query {number} has more rows than were brought")
        return str(len(query.rows))
    row, column = int(reference[2]), reference[3].strip()
    if not 1 <= row <= len(query.rows):
        raise LookupError(f"query {number} has no row {row}")
    if column not in query.columns:
        raise LookupError(
            f"query {number} has no column {column}: it has {', '.join(query.columns)}"
        )
    return shown(query.rows[row - 1][list(query.columns).index(column)])


def shown(cell: Any) -> str:
    """A value as a report has it, in one line."""
    if cell is None:
        return "–"
    if isinstance(cell, float) or (isinstance(cell, str) and COMPUTED.fullmatch(cell)):
        return _rounded(float(cell))
    return line(str(cell))


def _rounded(number: float) -> str:
    """With two digits behind the point, or four of less than one; never as 1 or 100 where it is neither."""
    # The fifteenth digit and those before it are no noise of sums.
    value = number if number.is_integer() else float(f"{number:.15g}")
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if abs(value) >= 1e15:
        return f"{value:.15g}"
    told = f"{value:.2f}" if abs(value) >= 1 else f"{value:.4g}"
    return f"{value:.15g}" if abs(float(told)) in (1, 100) else told


def clean(text: str) -> str:
    """Without anything that acts on a terminal or hides the order of a text; all blanks are plain ones."""
    return UNSAFE.sub(lambda each: f"\\x{ord(each[0]):02x}", BLANK.sub(" ", text))


def line(text: str) -> str:
    """The text in one line."""
    return clean(" ".join(text.split()))


def plain(text: str) -> str:
    """The text in one line of which Markdown makes nothing but text."""
    return MARKDOWN.sub(r"\\\1", line(text))


def first_line(text: str) -> str:
    """The question as a heading."""
    first = line(text.strip().partition("\n")[0])
    return first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1]}…"


def with_figures(
    text: str,
    queries: Sequence[Query],
    written: Callable[[str, str], str],
    between: Callable[[str], str] = str,
) -> str:
    """The text with each figure as `written` has it, which is given the figure and its query's number.

    What stands `between` figures is passed by itself: a reference says what a column is called, to the letter.
    """
    parts, end = list[str](), 0
    for each in FIGURE.finditer(text):
        parts += [between(text[end : each.start()]), written(figure(queries, each), each[1])]
        end = each.end()
    return "".join([*parts, between(text[end:])])


def markdown(report: Report) -> str:
    """The report as Markdown. Values from rows are text there, whatever they say."""
    words = with_figures(
        report.sentences,
        report.queries,
        lambda told, number: f"[{plain(told)}](#query-{number})",
        lambda text: report.cited(
            text, lambda place, number: f"[{plain(place)}](#source-{number})", _words
        ),
    )
    parts = [f"# {plain(first_line(report.question))}", words]
    if report.objections:
        parts += [NOT_APPROVED, "\n".join(f"- {plain(each)}" for each in report.objections)]
    for chart in report.charts:
        told = plain(chart.told(report.queries[chart.query - 1]))
        parts.append(f"![{plain(chart.drawing['title'])}]({chart.path})")
        parts.append(f"From [query {chart.query}](#query-{chart.query}){told}.")
    for number, query in enumerate(report.queries, 1):
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", query.sql)), 0)
        parts += [
            f"## Query {number}",
            f"Asked by the {plain(query.role)} of {plain(query.database)}.",
            f"{fence}sql\n{clean(query.sql)}\n{fence}",
            _table(query),
            f"({plain(query.told)})",
        ]
    for number, source in enumerate(report.sources, 1):
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", source.lines)), 0)
        parts += [
            f"## Source {number}",
            f"{plain(source.place)}, looked up by the {plain(source.role)}.",
            f"{fence}text\n{clean(source.lines)}\n{fence}",
        ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _words(text: str) -> str:
    """The reporter's own, without tags, links and pictures; a figure behind `!` would become one."""
    told = clean(text).replace("<", "&lt;").replace("[", "&#91;").replace("](", "]&#40;")
    return f"{told[:-1]}&#33;" if told.endswith("!") else told


def _table(query: Query) -> str:
    head, line_below = list(map(plain, query.columns)), ["---"] * len(query.columns)
    rows = [[plain(shown(cell)) for cell in row] for row in query.rows[:MOST_ROWS]]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, line_below, *rows))


def page(report: Report) -> str:
    """The report as one HTML file that loads nothing and runs nothing."""
    title = html.escape(first_line(report.question))
    parts = [HEAD.format(title=title, style=STYLE), f"<h1>{title}</h1>", *_blocks(report)]
    if report.objections:
        each = "".join(f"<li>{html.escape(line(words))}</li>" for words in report.objections)
        parts.append(f"<p>{NOT_APPROVED}</p><ul>{each}</ul>")
    for chart in report.charts:
        data = base64.b64encode(chart.svg.encode()).decode()
        told = html.escape(line(chart.told(report.queries[chart.query - 1])))
        parts += [
            f'<img alt="{html.escape(line(chart.drawing["title"]))}" src="data:image/svg+xml;base64,{data}">',
            f'<p class="told">From <a href="#query-{chart.query}">query {chart.query}</a>{told}.</p>',
        ]
    for number, query in enumerate(report.queries, 1):
        by = f"Asked by the {query.role} of {query.database}. {query.told}."
        parts += [
            f'<h2 id="query-{number}">Query {number}</h2><p class="told">{html.escape(line(by))}</p>',
            f"<pre>{html.escape(clean(query.sql))}</pre>",
            "<table>", _html_row("th", map(line, query.columns)),
            *(_html_row("td", map(shown, row)) for row in query.rows[:MOST_ROWS]), "</table>",
        ]  # fmt: skip
    for number, source in enumerate(report.sources, 1):
        by = f"{source.place}, looked up by the {source.role}."
        parts += [
            f'<h2 id="source-{number}">Source {number}</h2><p class="told">{html.escape(line(by))}</p>',
            f"<pre>{html.escape(clean(source.lines))}</pre>",
        ]
    return "\n".join([*parts, "</body></html>\n"])


def _blocks(report: Report) -> list[str]:
    """The sentences as paragraphs, headings and lists; nothing else of Markdown is known."""
    blocks = []
    for block in re.split(r"\n[ \t]*\n", report.sentences.strip()):
        lines = [
            with_figures(
                each, report.queries, _link, lambda text: report.cited(text, _to_source, _text)
            )
            for each in block.split("\n")
        ]
        if all(each.startswith(("- ", "* ")) for each in lines):
            blocks.append("<ul>" + "".join(f"<li>{each[2:]}</li>" for each in lines) + "</ul>")
        elif len(lines) == 1 and lines[0].startswith("#"):
            blocks.append(f"<h2>{lines[0].lstrip('# ')}</h2>")
        else:
            blocks.append(f"<p>{'<br>'.join(lines)}</p>")
    return blocks


def _text(text: str) -> str:
    return html.escape(clean(text), False)


def _to_source(place: str, number: int) -> str:
    return f'<a href="#source-{number}">[{html.escape(line(place))}]</a>'


def _link(told: str, number: str) -> str:
    return f'<a href="#query-{number}" title="query {number}">{html.escape(told)}</a>'


def _html_row(cell: str, values: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{cell}>{html.escape(each)}</{cell}>" for each in values) + "</tr>"


def points(
    drawing: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[tuple[Any, float]]:
    """What a chart shows: x and y of each row that has both. Raises ValueError where that makes no chart."""
    x, y = (list(columns).index(drawing[axis]) for axis in ("x", "y"))
    there = [row for row in rows if row[x] is not None and row[y] is not None]
    pairs = [
        (line(row[x]) if isinstance(row[x], str) else row[x], _finite(row[y])) for row in there
    ]
    if not all(math.isfinite(value) for _, value in pairs):
        raise ValueError(f"The column {drawing['y']!r} holds more than numbers.")
    if not pairs:
        raise ValueError("There is nothing to draw: no row has both values.")
    if drawing["kind"] != "point" and len({place for place, _ in pairs}) < len(pairs):
        raise ValueError(
            f"Of a {drawing['kind']} chart x must name each row once, and {drawing['x']!r} does not."
        )
    return pairs


def _finite(cell: Any) -> float:
    """NaN for what is no number."""
    try:
        return float(cell)
    except ValueError:
        return math.nan


def told_left_out(rows: int) -> str:
    """How many rows are not drawn; nothing where all are."""
    return f"{rows} {'row' if rows == 1 else 'rows'} without a value left out" if rows else ""


def drawn(drawing: Mapping[str, Any], pairs: Sequence[tuple[Any, float]]) -> str:
    """A chart of its points as SVG; neither browser nor network is needed."""
    import altair
    import vl_convert

    is_number = all(isinstance(x, int | float) for x, _ in pairs) and drawing["kind"] != "bar"
    kind: Literal["quantitative", "ordinal"] = "quantitative" if is_number else "ordinal"
    values = {"values": [{"x": x, "y": y} for x, y in pairs]}
    # What draws ends with its process upon some control characters.
    title, x_title, y_title = (line(drawing[each]) for each in ("title", "x", "y"))
    chart = altair.Chart(values, title=title, width=480, height=300)
    marks = {"bar": chart.mark_bar, "line": chart.mark_line, "point": chart.mark_point}
    encoded = marks[drawing["kind"]]().encode(
        x=altair.X(field="x", type=kind, title=x_title, sort=None),
        y=altair.Y(field="y", type="quantitative", title=y_title),
    )
    # It reads `\\x1b` as the character that is meant.
    return clean(vl_convert.vegalite_to_svg(encoded.to_dict()))


def main() -> None:
    """Draw the charts and write the report anew, from the stored rows alone."""
    import duckdb

    # Whatever the folder is called: its name is no pattern for files, and no value of a column.
    os.chdir(Path(__file__).parent)
    stored = json.loads(Path("analysis.json").read_text("utf-8"))
    queries, charts = list[Query](), list[Chart]()
    for number, each in enumerate(stored["queries"], 1):
        path = f"rows/{number}.parquet"
        found = duckdb.execute("SELECT * FROM read_parquet(?, hive_partitioning = false)", [path])
        columns = [column[0] for column in found.description]
        queries.append(Query(columns=columns, rows=found.fetchall(), **each))
    Path("charts").mkdir(exist_ok=True)
    for drawing in stored["charts"]:
        query = queries[drawing["query"] - 1]
        chart = Chart(drawing, drawn(drawing, points(drawing, query.columns, query.rows)))
        Path(chart.path).write_text(chart.svg, "utf-8")
        charts.append(chart)
    sentences = Path("sentences.md").read_text("utf-8")
    sources = [Source(**each) for each in stored["sources"]]
    report = Report(stored["question"], sentences, queries, charts, stored["objections"], sources)
    Path("report.md").write_text(markdown(report), "utf-8")
    Path("report.html").write_text(page(report), "utf-8")


if __name__ == "__main__":
    main()
