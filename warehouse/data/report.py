"""Writes the report of an analysis anew from what is stored beside this file: `python report.py`.

`analysis.json` holds the question, the queries and the charts, `rows/` what each query brought, and `sentences.md`
the reporter's words, in which {2.1.people} stands for a figure: of query 2, row 1, column people. So no figure in
report.md and report.html was typed by anybody. softhouse made both by this same file.
"""

import base64
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

MOST_ROWS = 20
"""Of a query, as the report shows them; all that were brought are in its Parquet file."""
FIGURE = re.compile(r"\{(\d{1,4})\.(\d{1,5})\.([^{}\n]{1,200})\}")
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#!~$])")
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
class Analysis:
    """All that a report is made of."""

    question: str
    sentences: str
    queries: Sequence[Query]
    charts: Mapping[str, tuple[str, str]]
    """Path → title and SVG."""


def figure(queries: Sequence[Query], reference: "re.Match[str]") -> str:
    """What a reference stands for. Raises LookupError where there is no such cell."""
    number, row, column = int(reference[1]), int(reference[2]), reference[3].strip()
    if not 1 <= number <= len(queries):
        raise LookupError(f"there is no query {number}")
    query = queries[number - 1]
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
    if isinstance(cell, float) and not isinstance(cell, bool):
        if cell == int(cell):
            return str(int(cell))
        return f"{cell:.2f}" if abs(cell) >= 0.01 else f"{cell:.3g}"
    return clean(" ".join(str(cell).split()))


def clean(text: str) -> str:
    """Without anything that acts on a terminal or hides in a text."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


def with_figures(text: str, queries: Sequence[Query], written: Callable[[str, str], str]) -> str:
    """The text with each figure as `written` has it, which is given the figure and its query's number."""
    return FIGURE.sub(lambda each: written(figure(queries, each), each[1]), text)


def markdown(analysis: Analysis) -> str:
    """The report as Markdown. Values from rows are text there, whatever they say."""
    words = clean(analysis.sentences).replace("<", "&lt;").replace("![", "!\\[")
    words = with_figures(
        words, analysis.queries, lambda told, number: f"[{plain(told)}](#query-{number})"
    )
    parts = [f"# {plain(first_line(analysis.question))}", words]
    parts += [f"![{plain(title)}]({path})" for path, (title, _) in analysis.charts.items()]
    for number, query in enumerate(analysis.queries, 1):
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", query.sql)), 0)
        parts += [
            f"## Query {number}",
            f"Asked by the {plain(query.role)} of {plain(query.database)}.",
            f"{fence}sql\n{clean(query.sql)}\n{fence}",
            _table(query),
            f"({plain(query.told)})",
        ]
    return "\n\n".join(filter(None, parts)) + "\n"


def page(analysis: Analysis) -> str:
    """The report as one HTML file that loads nothing and runs nothing."""
    title = html.escape(first_line(analysis.question))
    parts = [HEAD.format(title=title, style=STYLE), f"<h1>{title}</h1>", *_blocks(analysis)]
    for name, svg in analysis.charts.values():
        data = base64.b64encode(svg.encode()).decode()
        parts.append(f'<img alt="{html.escape(name)}" src="data:image/svg+xml;base64,{data}">')
    for number, query in enumerate(analysis.queries, 1):
        by = f"Asked by the {query.role} of {query.database}. {query.told}."
        parts += [
            f'<h2 id="query-{number}">Query {number}</h2><p class="told">{html.escape(clean(by))}</p>',
            f"<pre>{html.escape(clean(query.sql))}</pre>",
            "<table>", _html_row("th", map(shown, query.columns)),
            *(_html_row("td", map(shown, row)) for row in query.rows[:MOST_ROWS]), "</table>",
        ]  # fmt: skip
    return "\n".join([*parts, "</body></html>\n"])


def _blocks(analysis: Analysis) -> list[str]:
    """The sentences as paragraphs, headings and lists; nothing else of Markdown is known."""
    blocks = []
    for block in re.split(r"\n[ \t]*\n", clean(analysis.sentences).strip()):
        lines = [
            with_figures(html.escape(each, quote=False), analysis.queries, _link)
            for each in block.split("\n")
        ]
        if all(line.startswith(("- ", "* ")) for line in lines):
            blocks.append("<ul>" + "".join(f"<li>{line[2:]}</li>" for line in lines) + "</ul>")
        elif len(lines) == 1 and lines[0].startswith("#"):
            blocks.append(f"<h2>{lines[0].lstrip('# ')}</h2>")
        else:
            blocks.append(f"<p>{'<br>'.join(lines)}</p>")
    return blocks


def _link(told: str, number: str) -> str:
    return f'<a href="#query-{number}" title="query {number}">{html.escape(told)}</a>'


def _html_row(cell: str, values: Any) -> str:
    return "<tr>" + "".join(f"<{cell}>{html.escape(each)}</{cell}>" for each in values) + "</tr>"


def _table(query: Query) -> str:
    if not query.columns:
        return ""
    rows = [query.columns, ["---"] * len(query.columns)]
    rows += [[shown(cell) for cell in row] for row in query.rows[:MOST_ROWS]]
    lines = [[*map(plain, map(shown, rows[0]))], rows[1], *([*map(plain, row)] for row in rows[2:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(text: str) -> str:
    """Text of which Markdown makes nothing but text, in one line."""
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def first_line(text: str) -> str:
    """The question as a heading."""
    return clean(text.strip().partition("\n")[0][:200])


def drawn(drawing: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A chart of rows as SVG; neither browser nor network is needed."""
    import altair
    import vl_convert

    x, y = (list(columns).index(drawing[axis]) for axis in ("x", "y"))
    values = [{"x": row[x], "y": row[y]} for row in rows]
    values = [
        {**each, "x": shown(each["x"]) if isinstance(each["x"], str) else each["x"]}
        for each in values
    ]
    is_number = all(isinstance(each["x"], int | float) for each in values)
    kind: Literal["quantitative", "ordinal"] = (
        "quantitative" if is_number and drawing["kind"] != "bar" else "ordinal"
    )
    chart = altair.Chart({"values": values}, title=drawing["title"], width=480, height=300)
    marked = {"bar": chart.mark_bar, "line": chart.mark_line, "point": chart.mark_point}[
        drawing["kind"]
    ]()
    encoded = marked.encode(
        x=altair.X(field="x", type=kind, title=drawing["x"], sort=None),
        y=altair.Y(field="y", type="quantitative", title=drawing["y"]),
    )
    return str(vl_convert.vegalite_to_svg(encoded.to_dict()))


def main() -> None:
    """Draw the charts and write the report anew, from the stored rows alone."""
    import duckdb

    folder = Path(__file__).parent
    stored = json.loads((folder / "analysis.json").read_text("utf-8"))
    queries = []
    for number, each in enumerate(stored["queries"], 1):
        # The file is a value of the query, whatever the folder is called.
        found = duckdb.execute(
            "SELECT * FROM read_parquet(?)", [str(folder / f"rows/{number}.parquet")]
        )
        columns = [column[0] for column in found.description]
        queries.append(Query(columns=columns, rows=found.fetchall(), **each))
    charts = {}
    for drawing in stored["charts"]:
        query = queries[drawing["query"] - 1]
        path = f"charts/{int(drawing['number'])}.svg"
        charts[path] = drawing["title"], drawn(drawing, query.columns, query.rows)
        (folder / path).write_text(charts[path][1], "utf-8")
    sentences = (folder / "sentences.md").read_text("utf-8")
    analysis = Analysis(stored["question"], sentences, queries, charts)
    (folder / "report.md").write_text(markdown(analysis), "utf-8")
    (folder / "report.html").write_text(page(analysis), "utf-8")


if __name__ == "__main__":
    main()
