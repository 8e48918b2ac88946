"""An analysis of a database that looks the same whenever it is shown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.journals import Step, answered, asked, ended, phase, started, write_run
from tests.support.window_parts import at_seconds
from warehouse.journal.journal import FILE_NAME

RUN = "20260102-040000-in-which-month-da7a"
QUESTION = "In which month did we sell most, and by how much more than in the others?"
ROLES = {"data_analyst": {"title": "Data Analyst"}, "reporter": {"title": "Reporter"}}
STEPS = ["analysis_plan", "analysis", "second_way", "conclusion"]
SALES = {"Sep": 41_200.5, "Oct": 38_912.0, "Nov": 57_444.25, "Dec": 91_803.1, "Jan": 33_090.0}
SQL = """SELECT strftime(placed, '%b') AS month, round(sum(total), 2) AS sold
FROM orders
WHERE placed >= '2025-09-01'
GROUP BY month ORDER BY min(placed)"""
EACH = "SELECT id, placed, customer, total FROM orders ORDER BY placed"
BARS = "\n".join(
    f"{month} {'█' * round(sold / max(SALES.values()) * 40)} {sold:,.2f}"
    for month, sold in SALES.items()
)


def write_pictured_analysis(products: Path) -> Path:
    """The folder of the run."""
    folder = write_run(products, [], RUN)
    events = at_seconds([(n * 6.0, step) for n, step in enumerate(_steps())])
    (folder / FILE_NAME).write_bytes(b"".join(event.line() for event in events))
    return folder


def used(
    where: str, speaker: str, tool: str, arguments: dict[str, Any], text: str, **result: Any
) -> Iterator[Step]:
    """A role uses a tool of databases."""
    identity = {"effect": "tool", "ordinal": 0, "digest": "d"}
    request = {"tool": tool, "arguments": arguments}
    yield "effect.started", where, {**identity, "speaker": speaker, "request": request}
    came_to = {"text": text, "ok": True, "seconds": 0.04, **result}
    yield "effect.ended", where, {**identity, "result": came_to}


def rows(columns: list[str], brought: list[list[Any]], cut: str = "") -> dict[str, Any]:
    """What a query brought."""
    return {"columns": columns, "rows": brought, "cut": cut}


def _steps() -> Iterator[Step]:
    company = {"name": "data", "title": "Analysts"}
    yield started(
        run=RUN,
        name="In which month",
        task={"text": QUESTION, "images": [], "source": None},
        company={
            "company": company,
            "roles": ROLES,
            "phases": {},
            "chains": {"data": {"name": "data", "steps": STEPS}},
        },
        chain="data",
        model="ollama:qwen3",
        role_models={},
        limits={"usd": 0.5},
        databases={"shop": "postgresql://reader@host/shop"},
    )
    yield phase("1.analysis_plan", "Plan")
    yield from _said(
        "1.analysis_plan", "data_analyst", "Sum the orders of each month, then compare."
    )
    yield ended("1.analysis_plan")
    yield phase("2.analysis", "Analysis")
    wrong = {"sql": SQL.replace("placed", "ordered")}
    fault = "The query was not run: no such column: ordered"
    yield from used("2.analysis/turn-1/tool-1", "data_analyst", "query", wrong, fault, ok=False)
    months = rows(["month", "sold"], [list(each) for each in SALES.items()])
    yield from used(
        "2.analysis/turn-2/tool-1", "data_analyst", "query", {"sql": SQL}, "…", rows=months
    )
    orders = [[n, f"2025-09-{n:02}", f"customer {n}", 100.25 * n] for n in range(1, 29)]
    cut = "only the first 28 rows are here, which fit 2,000 bytes"
    each = rows(["id", "placed", "customer", "total"], orders, cut)
    yield from used(
        "2.analysis/turn-3/tool-1", "data_analyst", "query", {"sql": EACH}, "…", rows=each
    )
    yield from _said("2.analysis/turn-4", "data_analyst", "December leads by far.")
    yield ended("2.analysis")
    yield phase("4.conclusion", "Conclusion")
    drawing = {"query": 1, "kind": "bar", "x": "month", "y": "sold", "title": "Sold by month"}
    told = f"charts/1.svg: Sold by month\n{BARS}"
    yield from used("4.conclusion/turn-1/tool-1", "reporter", "chart", drawing, told)
    yield from _said(
        "4.conclusion/turn-2", "reporter", "{1.4.month} sold most: {1.4.sold}, against {1.3.sold}."
    )
    yield ended("4.conclusion")
    yield "run.ended", "", {"status": "verified", "exit_code": 0, "reason": "answered: 2 queries"}


def _said(where: str, speaker: str, text: str) -> Iterator[Step]:
    kind, place, data = asked(where, "…")
    yield kind, place, {**data, "speaker": speaker, "listener": "reporter"}
    yield answered(where, text, cost=0.0123)
