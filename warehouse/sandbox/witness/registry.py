"""The witnesses there are, in the order in which they are asked."""

from warehouse.events import Sighting
from warehouse.sandbox.witness.page import PageWitness
from warehouse.sandbox.witness.process import ProcessWitness
from warehouse.sandbox.witness.window import WindowWitness
from warehouse.sandbox.witness.witness import Start, Witness

WITNESSES: tuple[Witness, ...] = (PageWitness(), ProcessWitness(), WindowWitness())
"""Each stands before those that would take its kind of product for their own."""


async def witnessed(start: Start) -> Sighting | None:
    """What the first witness saw that knows this kind of product; None where none does."""
    for witness in WITNESSES:
        sighting = await witness.see(start)
        if sighting is not None:
            return sighting
    return None
