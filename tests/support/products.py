"""Runs with real products, whose journals tell what their repositories hold."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import structs

from tests.support.journals import AT, Step, ended, phase, started, write_run
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT

Changes = Mapping[str, bytes | None]


def commit_steps(product: Product, number: int, changes: Changes, message: str = "") -> list[Step]:
    """A phase that commits `changes` to `product`, as its journal tells it."""
    where = f"{number}.coding"
    message = message or f"Coding: change {number}"
    made = product.commit(
        changes,
        author="Programmer",
        role="programmer",
        message=message,
        trailers={"Softhouse-Step": where},
        at=AT,
        parent=product.head(),
    )
    assert made is not None
    place = {"effect": "commit", "ordinal": 0, "digest": "d"}
    request = {"author": "Programmer", "message": message, "files": {}}
    result = {"sha": made.sha, "files": [structs.asdict(change) for change in made.files]}
    return [
        phase(where, f"Coding {number}"),
        ("effect.started", f"{where}/commit", {**place, "request": request}),
        ("effect.ended", f"{where}/commit", {**place, "result": result}),
        ended(where),
    ]


def made_run(root: Path, *commits: Changes, more: list[Step] | None = None) -> Path:
    """The folder of a run with a commit for each of the changes, and more events after them."""
    source = root / "source"
    product = Product.create(source)
    steps = [started()]
    for number, changes in enumerate(commits, 1):
        steps += commit_steps(product, number, changes)
    folder = write_run(root, [*steps, *(more or [])])
    source.rename(folder / PRODUCT)
    return folder


def commits_of(folder: Path) -> list[str]:
    """The ids of a run's commits, the first one first."""
    return [each.sha for each in reversed(Product.open(folder / PRODUCT).log())]
