"""Making a great many objects that will last, without the garbage collector walking over them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting_collector() -> Iterator[None]:
    """Let the collector rest, and afterwards count all that was made among the old objects.

    Otherwise it goes through a hundred thousand events again and again while they are read, and
    twice more soon after, when nobody expects a pause.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        if was_enabled:
            gc.enable()
