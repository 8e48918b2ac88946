"""A generated repository of a customer's: many modules of a shop, with tests, each like the others."""

from collections.abc import Iterator
from pathlib import Path

AREAS = (
    "orders",
    "stock",
    "people",
    "money",
    "mail",
    "search",
    "reports",
    "admin",
    "export",
    "audit",
)
RULE = "money/rule_07.py"
"""The file that `TASK` speaks of."""
TASK = "Of the money rules, rule 07 lowers a price by a negative surcharge: raise ValueError."
OLD = '    """The price with a surcharge."""\n    return price + surcharge\n'
NEW = (
    '    """The price with a surcharge."""\n'
    "    if surcharge < 0:\n"
    '        raise ValueError(f"a surcharge is not negative: {surcharge}")\n'
    "    return price + surcharge\n"
)


def repository(modules: int = 11) -> dict[str, str]:
    """Its files by path: 10 areas of so many modules of some 95 lines, each with a test of some 45."""
    return dict(_files(modules))


def write(folder: Path, files: dict[str, str]) -> None:
    """Have these files in a folder."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def _files(modules: int) -> Iterator[tuple[str, str]]:
    yield "README.md", "# A shop\n\nRun its tests with `python -m pytest`.\n"
    for area in AREAS:
        for number in range(modules):
            other = AREAS[(AREAS.index(area) + 1) % len(AREAS)]
            yield f"{area}/rule_{number:02}.py", _module(area, number, other)
            yield f"tests/test_{area}_rule_{number:02}.py", _test(area, number)


def _module(area: str, number: int, other: str) -> str:
    head = f'"""Rule {number:02} of {area}."""\n\n'
    uses = (
        f"from {other}.rule_{number:02} import limit_{number:02} as _limit\n\n\n"
        if number % 3
        else "\n"
    )
    surcharge = f"def add_surcharge_{number:02}(price: int, surcharge: int) -> int:\n{OLD}\n\n"
    limit = (
        f"def limit_{number:02}(amount: int) -> int:\n    return min(amount, {number + 1}00)\n\n\n"
    )
    steps = "\n\n".join(_step(area, number, step) for step in range(9))
    return f"{head}{uses}{surcharge}{limit}{steps}"


def _step(area: str, number: int, step: int) -> str:
    return (
        f"def {area}_step_{number:02}_{step}(values: list[int], factor: int = {step + 2}) -> int:\n"
        f'    """Step {step} of the rule: what the values come to, each by the factor."""\n'
        "    total = 0\n"
        "    for position, value in enumerate(values):\n"
        f"        if position % {step + 2} == 0 and value > {number}:\n"
        "            total += value * factor\n"
        "    return total\n"
    )


def _test(area: str, number: int) -> str:
    names = [f"{area}_step_{number:02}_{step}" for step in range(9)]
    imports = (
        f"from {area}.rule_{number:02} import add_surcharge_{number:02}, {', '.join(names)}\n\n\n"
    )
    surcharge = f"def test_a_surcharge_is_added():\n    assert add_surcharge_{number:02}(100, 5) == 105\n\n\n"
    steps = "\n\n".join(
        f"def test_{name}_of_nothing():\n    assert {name}([]) == 0\n" for name in names
    )
    return imports + surcharge + steps
