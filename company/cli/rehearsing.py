"""Walking a recorded run again with the real engine and nothing performed: `replay --check`."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from company.cli.figures import counted
from company.cli.opened import OpenedRun, called
from company.errors import Diverged, NothingDelivered
from company.premises import open_premises
from company.run import Run
from warehouse.errors import JournalError
from warehouse.journal import FILE_NAME
from warehouse.product import Product
from warehouse.runs import PRODUCT
from warehouse.transcript import Ended

HANDED_OVER = ("verified", "unverified")


def check_again(opened: OpenedRun) -> str:
    """Says that the journal alone leads where the run went.

    Raises Diverged where it does not, JournalError where the journal is damaged.
    """
    try:
        left_over, failure = asyncio.run(_rehearse(opened.folder))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise JournalError(
            f"The journal of {opened.folder.name} is damaged: an event lacks what it should hold "
            f"({error!r})."
        ) from None
    last = opened.entries[-1]
    end = last if isinstance(last, Ended) else None
    if failure and not (end and end.reason == failure):
        raise Diverged(f"The run diverged: it did not end like this, but now it does. {failure}")
    if left_over:
        raise Diverged(
            f"The run diverged: nobody asks any more for what is recorded at {left_over[0]}. "
            "The company or softhouse itself was changed since."
        )
    recalled = sum(event.kind == "effect.ended" for event in opened.events)
    where = "as far as the run went"
    if end and (failure or end.status in HANDED_OVER):
        where = f"to the same end: {end.status}, exit code {end.exit_code}"
    return (
        f"The journal of {called(opened.folder)} alone leads {where} "
        f"({counted(recalled, 'result')} recalled, nothing performed)."
    )


async def _rehearse(folder: Path) -> tuple[list[str], str]:
    """The places that were recorded and not passed, and how the run failed, if it did."""
    async with open_premises("none") as premises:
        with _with_a_product(folder) as stage:
            try:
                return await Run.recorded(stage, premises).rehearse(), ""
            except NothingDelivered as failure:
                return [], str(failure)


@contextmanager
def _with_a_product(folder: Path) -> Iterator[Path]:
    """The run's folder; of a journal without a product, a copy that has one."""
    if (folder / PRODUCT).is_dir():
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="softhouse-") as given:
        stage = Path(given)
        Product.create(stage / PRODUCT)
        shutil.copyfile(folder / FILE_NAME, stage / FILE_NAME)
        yield stage
