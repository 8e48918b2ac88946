"""Model ids that name something of this machine by its path: a recorded run, a script, a file of weights."""

from pathlib import Path

from company.models.model_id import parse_model_id
from company.models.recorded_run import PROVIDER, is_recorded
from company.models.script import is_scripted
from warehouse.runs.folders import find_run, is_demo


def settled(model: str, products: Path) -> str:
    """The same model id, by a path that stays true wherever it is read again; others as they are.

    Raises RunNotFound where there is no such run, ConfigurationError for what is no model id.
    """
    provider, _, named = model.strip().partition(":")
    if not named:
        return model
    if is_recorded(model):
        folder = find_run(named, products)
        return f"{PROVIDER}:{folder.name if is_demo(folder) else folder.absolute()}"
    if is_scripted(model):
        return f"{provider}:{Path(named).expanduser().absolute()}"
    if provider == "local" and parse_model_id(model).file:
        return str(parse_model_id(model))
    return model
