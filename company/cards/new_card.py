"""Starter cards, for a person who wants a role, phase or company of their own."""

import re
from pathlib import Path
from typing import Literal

from company.cards.card_files import OVERLAY_FOLDERS, label_of
from company.cards.problems import shown
from company.errors import ConfigurationError
from phases.yields import KINDS

Starter = Literal["role", "phase", "company"]

_STARTERS: dict[Starter, str] = {
    "role": """\
name: {name}
title: {title}
prompt: |
  {{{{ company.culture }}}}
  You are the {{{{ role.title }}}}. Say in two or three sentences what you do, and what you never do.
model: default            # or a provider:model id
""",
    "phase": """\
name: {name}
title: {title}
talk: {{instructor: cto, assistant: programmer}}
sees: [task, files]       # what the prompt may use; nothing else is sent
yields: {{files: {{}}}}       # or {other_yields}
prompt: |
  Task:
  {{{{ task }}}}

  The program:
  {{{{ files }}}}

  Say what is to be done, one instruction a line.
""",
    "company": """\
name: {name}
title: {title}
culture: >-
  You work in a small software company. Its programs do what was asked, run at once, and are no
  larger than the task needs.
chain: waterfall          # softhouse chains lists the others
""",
}


def new_card(kind: Starter, name: str, root: Path) -> Path:
    """Write a starter card into the right folder of `root`, and return its path.

    Raises ConfigurationError for a name that cards cannot have, or a card that exists.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        raise ConfigurationError(
            f"A {kind} cannot be called {shown(name)}: use small letters, digits and '_', "
            "starting with a letter"
        )
    path = root / OVERLAY_FOLDERS[kind][0] / f"{name}.yaml"
    text = _STARTERS[kind].format(
        name=name,
        title=name.replace("_", " ").capitalize(),
        other_yields=", ".join(each for each in KINDS if each != "files"),
    )
    try:
        if path.is_symlink() or path.exists():
            message = f"{label_of(path)} exists already; edit it, or choose another name"
            raise ConfigurationError(message)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigurationError(f"{label_of(path)} cannot be written: {error.strerror}") from None
    return path
