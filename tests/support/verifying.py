"""Verifying the files of a product as a run does."""

from collections.abc import Mapping
from pathlib import Path

from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.execution import Execution
from company.engine.workspace.verification import verify
from company.engine.workspace.workbench import Workbench
from company.spec import Task
from warehouse.events import RunStarted
from warehouse.journal.journal import SCHEMA, Journal
from warehouse.sandbox.sandbox import SandboxBackend


async def verified(folder: Path, files: Mapping[str, bytes], backend: SandboxBackend) -> Execution:
    """What the checks made of the files; the journal of it lies in `folder`."""
    journal = Journal.create(folder / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    try:
        state = State(Task("t"), files=dict(files))
        return await verify(
            Effects(journal), "1.run_tests", state, Workbench(backend.name, backend, folder)
        )
    finally:
        journal.close()
