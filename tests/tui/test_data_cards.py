"""What databases were asked stands in the conversation as cards."""

from tests.support.conversations import talking
from tests.support.journals import Step, started
from tests.support.pictured_analysis import BARS, rows, used

SQL = "SELECT city,\n  count(*) AS people\nFROM customers GROUP BY city"
CITIES = rows(
    ["city", "people"],
    [[f"city {n}\x1b[2J", n] for n in range(9)],
    "only the first 9 rows are here",
)
CHART = {"query": 1, "kind": "bar", "x": "month", "y": "sold", "title": "Sold"}


def analysis(*steps: Step, **more: object) -> list[Step]:
    return [started(databases={"shop": "sqlite:////shop.db"}, **more), *steps]


async def test_a_query_is_its_database_its_sql_in_a_line_and_the_first_of_its_rows() -> None:
    asked = used("1.a/tool-1", "programmer", "query", {"sql": SQL}, "…", rows=CITIES)
    async with talking(analysis(*asked), (100, 40)) as talk:
        assert talk.sees("▸ Programmer asks shop   SELECT city, count(*) AS people FROM customers")
        assert talk.sees("9 rows, 0.0 s")
        assert talk.sees("city   | people") and talk.sees("city 4 |      4")
        assert not talk.sees("city 5")
        assert talk.sees("(9 rows; the first 5 are shown; only the first 9 rows are here)")
        await talk.press("enter")
        assert talk.sees("▾ Programmer asks shop ") and talk.sees("  count(*) AS people")
        assert talk.sees("city 8 |      8")


async def test_a_query_that_was_not_run_says_why_and_another_database_is_named() -> None:
    asked = {"sql": "SELECT x", "database": "old"}
    failed = used("1.a/tool-1", "programmer", "query", asked, "There is no column x.", ok=False)
    async with talking(analysis(*failed), (100, 40)) as talk:
        assert talk.sees("▸ Programmer asks old   SELECT x") and talk.sees("0.0 s, not made")
        assert talk.sees("  There is no column x.")


async def test_the_bars_of_a_chart_keep_their_proportions_where_there_is_little_room() -> None:
    told = f"charts/1.svg: Sold \x1b]52;\n{BARS}"
    drawn = list(used("1.a/tool-1", "programmer", "chart", CHART, told))
    async with talking(analysis(*drawn), (100, 40)) as talk:
        assert talk.sees("▸ Programmer draws Sold") and talk.sees("charts/1.svg, 0.0 s")
        assert talk.sees(f"Dec {'█' * 40} 91,803.10") and talk.sees(f"Nov {'█' * 25} 57")
    async with talking(analysis(*drawn), (40, 40)) as talk:
        bars = [line.count("█") for line in talk.screen if "█" in line]
        assert (len(bars), max(bars)) == (5, 20) and 0.58 < bars[2] / bars[3] < 0.68
