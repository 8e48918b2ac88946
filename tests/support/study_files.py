"""Files of experiments for tests, with their tasks beside them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.support.labs import model_of
from tests.support.scripted_provider import ScriptedProvider


def write_study(folder: Path, serving: ScriptedProvider, tasks: Sequence[Any], **keys: Any) -> Path:
    """An experiment of `solo` and `pair` on a scripted provider, or of what the keys say otherwise."""
    (folder / "tasks.yaml").write_text(json.dumps({"tasks": tasks}))
    card = {
        "name": "study",
        "tasks": ["tasks.yaml"],
        "metrics": ["calls"],
        "set": {"model": model_of(serving)},
        **({} if "conditions" in keys else {"factors": {"company": ["solo", "pair"]}}),
        **keys,
    }
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(card, sort_keys=False))
    return path
