"""Evaluating a delivered product: the sandbox work of the lab, recorded at the end of its journal."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Executor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from company.acceptance.checking import check_acceptance
from company.engine.resources import Resources
from company.lab.evaluation.answers import check_answer
from company.lab.evaluation.customers_tests import customers_tests, with_tests
from company.lab.evaluation.evaluation import PLACE, base_of
from company.lab.evaluation.history import Files, check_history
from company.lab.evaluation.imports import check_imports
from company.lab.evaluation.mutation import mutate
from company.lab.evaluation.named_tests import check_tests
from company.lab.execution.engine import WorkSettings
from company.lab.metrics.consistency import consistency
from company.lab.tasks.task_card import TaskCard
from company.models.embeddings import Embed, embedder
from warehouse.events import ProductEvaluated
from warehouse.journal.journal import FILE_NAME, Event, Journal, read_events
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT
from warehouse.sandbox.sandbox import SandboxBackend


@dataclass(frozen=True)
class Evaluator:
    """Examines products in a sandbox; without a backend it records that nothing could be run."""

    backend: SandboxBackend | None
    disk: Executor
    mutants: int = 0
    """How many small faults are tried on each product's tests; 0 for none."""
    embeddings: str = ""
    """The id of the model that `embed` asks; empty where nothing is embedded."""
    embed: Embed | None = None

    async def evaluate(self, run: Path, task: TaskCard) -> Event:
        """Examine what the run in this folder delivered for a task, and record it.

        Raises SandboxError, or ProviderError where the task and the program cannot be embedded.
        """
        loop = asyncio.get_running_loop()
        commit, files = await loop.run_in_executor(self.disk, _delivered, run)
        tested = await loop.run_in_executor(self.disk, _with_tests, run, task, files)
        evaluation = await self._look_at(commit, files, tested, task)
        if self.backend is not None and commit and task.checks:
            tried = evaluation.acceptance[: len(task.checks)]
            known = {commit: tuple(each.passed for each in tried)}
            led_to = self._led_to(run, commit)
            history = await check_history(led_to, task.checks, self.backend, known)
            evaluation = msgspec.structs.replace(evaluation, history=tuple(history))
        if task.answer is not None:
            events = await loop.run_in_executor(self.disk, read_events, run / FILE_NAME)
            answered = (*evaluation.acceptance, *await check_answer(events, task))
            evaluation = msgspec.structs.replace(evaluation, acceptance=answered)
        if self.embed is not None and files:
            near = await consistency(task.prompt, files, self.embed)
            evaluation = msgspec.structs.replace(
                evaluation, consistency=near, embeddings=self.embeddings
            )
        journal, _ = Journal.open(run / FILE_NAME, self.disk)
        try:
            event = journal.append(evaluation, PLACE)
            await journal.sync()
        finally:
            journal.close()
        return event

    async def _led_to(self, run: Path, commit: str) -> AsyncIterator[tuple[str, Files]]:
        """The commits up to this one and their files, the oldest first; nothing where it stands alone."""
        loop = asyncio.get_running_loop()
        product = await loop.run_in_executor(self.disk, Product.open, run / PRODUCT)
        log = await loop.run_in_executor(self.disk, product.log, commit)
        for entry in reversed(log if len(log) > 1 else []):
            yield entry.sha, await loop.run_in_executor(self.disk, product.files, entry.sha)

    async def _look_at(
        self,
        commit: str | None,
        files: Mapping[str, bytes],
        tested: Mapping[str, bytes],
        task: TaskCard,
    ) -> ProductEvaluated:
        if self.backend is None:
            return ProductEvaluated(commit, "none")
        acceptance = await check_acceptance(files, task.checks, self.backend)
        acceptance += await check_tests(tested, task, self.backend)
        # Of a customer's repository, most modules are the customer's own.
        is_own = task.repository is None
        imports = await check_imports(files, self.backend) if is_own else []
        mutation = await mutate(files, self.backend, most=self.mutants) if self.mutants else None
        return ProductEvaluated(
            commit, self.backend.name, tuple(acceptance), tuple(imports), mutation
        )


def _delivered(run: Path) -> tuple[str | None, dict[str, bytes]]:
    product = Product.open(run / PRODUCT)
    commit = product.head()
    return commit, product.files(commit) if commit else {}


def _with_tests(run: Path, task: TaskCard, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """What was delivered, with the tests of the task's customer, if there are some."""
    if not task.tests:
        return files
    product = Product.open(run / PRODUCT)
    base = base_of(read_events(run / FILE_NAME))
    theirs = customers_tests(product.files(base) if base else {}, task, product.path / ".git", base)
    return with_tests(files, theirs)


@asynccontextmanager
async def evaluator_of(settings: WorkSettings, resources: Resources) -> AsyncIterator[Evaluator]:
    """The examiner that settings ask for. Raises ConfigurationError for an unknown model."""
    async with AsyncExitStack() as stack:
        model = settings.embeddings
        embed = await stack.enter_async_context(embedder(model)) if model else None
        yield Evaluator(resources.backend, resources.disk, settings.mutants, model, embed)
