"""TypeScript, where patterns do not suffice: read as JavaScript, checked and started by packages."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.sandbox.stacks.javascript import Code as JavaScript


class Code(JavaScript):
    """Reads TypeScript."""

    # Of the compiler the edition that programs are written for: the next one refuses settings of it.
    always: Mapping[str, str] = {"@types/node": "^22", "tsx": "^4", "typescript": "^5"}
    import_options = ("--import=tsx",)
