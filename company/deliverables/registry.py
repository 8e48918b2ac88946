"""The kinds of deliverable by name: each is loaded when a phase yields it."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from company.deliverables.kind import DeliverableKind
from phases.yields import Yields


def deliverable_kind(yields: Yields) -> DeliverableKind:
    """What a phase yields: the class called like the kind, in the file called like it."""
    kind = yields.kind
    module = import_module(f"company.deliverables.{kind}")
    make = cast("Callable[[Any], DeliverableKind]", getattr(module, kind.capitalize()))
    return make(getattr(yields, kind))
