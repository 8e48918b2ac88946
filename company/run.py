"""A run: one company working on one task, from the first phase to the handover.

A run is resumed by walking the same chain over its journal's past: what is recorded is recalled,
the rest is performed.
"""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from company.briefing import Briefing
from company.budget import Budget, Spending
from company.cards.company_card import RunLimits
from company.chain_runner import ChainRunner, Place
from company.conditions import condition_values
from company.effects import Effects
from company.errors import ConfigurationError, Interrupted
from company.keeper import Keeper, Work
from company.models.model_id import capabilities, context_window
from company.order import Order
from company.phase_runner import PhaseRunner
from company.premises import Premises
from company.prompts import Prompts
from company.speech import Speech
from company.state import State
from company.verification import verify
from roles.role import Role
from warehouse import journal as journals
from warehouse.errors import JournalError, SofthouseError
from warehouse.journal import Event, Journal
from warehouse.product import Product
from warehouse.runs import ATTACHMENTS, PRODUCT, create_run_folder
from warehouse.summary import RunSummary, SummaryFold

HANDOVER = "handover"
HOUSE = Role(name="softhouse", title="softhouse", human=True)


class Run:
    """A run in its folder, ready to `work`."""

    def __init__(
        self,
        folder: Path,
        order: Order,
        journal: Journal,
        premises: Premises,
        past: Sequence[Event] = (),
        limits: RunLimits | None = None,
    ) -> None:
        self.folder = folder
        self.order = order
        self.journal = journal
        self.fold = SummaryFold(past)
        journal.subscribe(self.fold.add)
        self._premises = premises
        self._effects = Effects(journal, past)
        budget = Budget(limits or order.limits, Spending(seconds=self.fold.summary.seconds))
        self._speech = Speech(
            self._effects,
            budget,
            premises,
            order.models,
            order.seed,
            order.human_roles,
            folder / ATTACHMENTS if order.task.images else None,
        )
        self.product = Product.open(folder / PRODUCT)
        self._keeper = Keeper(
            self._effects, self.product, folder.name, premises.disk, _last_commit(past)
        )
        self._prompts = Prompts()
        self._state = State(order.task)

    @classmethod
    def begin(
        cls,
        order: Order,
        premises: Premises,
        root: Path,
        *,
        images: Sequence[Path] = (),
        on_event: Callable[[Event], None] | None = None,
    ) -> "Run":
        """Make the folder, the product and the journal of a new run."""
        folder = create_run_folder(root, order.name)
        try:
            Product.create(folder / PRODUCT)
            _attach(images, folder / ATTACHMENTS)
            journal = Journal.create(folder / journals.FILE_NAME, premises.disk)
        except SofthouseError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if on_event is not None:
            journal.subscribe(on_event)
        started = journal.append("run.started", "", order.frozen(folder.name))
        return cls(folder, order, journal, premises, [started])

    @classmethod
    def reopen(
        cls,
        folder: Path,
        premises: Premises,
        *,
        limits: RunLimits | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> "Run":
        """Open a run to go on with it. Raises JournalError while another process works on it."""
        journal, past = Journal.open(folder / journals.FILE_NAME, premises.disk)
        try:
            order = Order.thaw(past[0].data)
            run = cls(folder, order, journal, premises, past, limits)
        except (IndexError, KeyError, TypeError, ValueError) as error:
            journal.close()
            raise JournalError(
                f"{journal.path} cannot be resumed: an event lacks what it should hold ({error!r})."
            ) from None
        if on_event is not None:
            journal.subscribe(on_event)
        journal.append("run.resumed")
        return run

    @property
    def usage(self) -> RunSummary:
        """Calls, tokens, cost and seconds so far."""
        return self.fold.summary

    async def work(self) -> RunSummary:
        """Take every step of the chain and hand the product over.

        Raises a SofthouseError that says why, when the run cannot go on; it is in the journal then.
        """
        try:
            await self._bring_in_source()
            await self._chain_runner().walk(self.order.cards.chain, self._state)
            await self._hand_over()
        except asyncio.CancelledError:
            self._end("stopped", Interrupted.exit_code, "interrupted")
            raise
        except SofthouseError as error:
            self._end(
                "failed" if error.exit_code in (1, 2) else "stopped", error.exit_code, str(error)
            )
            raise
        except Exception as error:
            self._end("failed", 1, f"a fault in softhouse itself: {error!r}")
            raise
        finally:
            self.journal.close()
        return self.fold.summary

    def _chain_runner(self) -> ChainRunner:
        phases = self._phase_runner()
        return ChainRunner(
            effects=self._effects,
            chains=self.order.cards.chains,
            titles=lambda name: self.order.cards.phases[name].title,
            perform=phases.perform,
            holds=self._holds,
            settle=self._undo_what_did_not_help,
            milestone=self._milestone,
        )

    def _phase_runner(self) -> PhaseRunner:
        briefing = Briefing(
            cards=self.order.cards,
            prompts=self._prompts,
            models=self.order.models,
            window=context_window,
            structured=lambda model: capabilities(model).structured == "json_schema",
        )
        return PhaseRunner(
            phases=self.order.cards.phases,
            briefing=briefing,
            effects=self._effects,
            speech=self._speech,
            keeper=self._keeper,
            backend=self._premises.backend,
        )

    def _holds(self, condition: str, place: Place, state: State) -> bool:
        return self._prompts.evaluate(condition, condition_values(state, place))

    async def _undo_what_did_not_help(self, place: Place, before: State, state: State) -> None:
        """Take back the fixes of a loop that left the product no better than it was."""
        was, now = before.execution, state.execution
        if was is None or now is None or was.ok or now.rank > was.rank:
            return
        paths = state.files.keys() | before.files.keys()
        changes = {
            p: before.files.get(p) for p in paths if state.files.get(p) != before.files.get(p)
        }
        if not changes:
            return
        subject = "Undo fixes that did not help"
        await self._keeper.commit(changes, Work(HOUSE, "undo", f"{place.where}/undo", subject))
        state.files, state.execution = before.files, was
        self._effects.emit("execution", f"{place.where}/undo", was.as_data())

    async def _milestone(self, name: str, state: State) -> None:
        await self._keeper.tag(name, name)

    async def _bring_in_source(self) -> None:
        """Make the customer's existing files the first commit."""
        source = self.order.task.source
        if source is None:
            return
        self._state.files |= await self._keeper.bring_in(Path(source), "source")

    async def _hand_over(self) -> None:
        """Verify what is delivered, whatever the chain did before, and say how it stands."""
        state = self._state
        self._effects.emit("step.started", HANDOVER, {"name": HANDOVER, "kind": "handover"})
        execution = await verify(self._effects, HANDOVER, state, self._premises.backend)
        if execution is not state.execution:
            self._effects.emit("execution", HANDOVER, execution.as_data())
            state.execution = execution
        await self._keeper.tag("delivered", f"{HANDOVER}/tag")
        self._effects.emit("step.ended", HANDOVER, {"outcome": "done"})
        if not state.files:
            self._end("failed", 1, "the company wrote no files")
        elif execution.verified:
            self._end("verified", 0, execution.summary)
        elif self._premises.backend is None:
            self._end("unverified", 0, "not verified: it was run without a sandbox")
        else:
            self._end("unverified", 1, execution.summary)

    def _end(self, status: str, exit_code: int, reason: str) -> None:
        data = {"status": status, "exit_code": exit_code, "reason": reason}
        self.journal.append("run.ended", "", data)


def _last_commit(past: Sequence[Event]) -> str | None:
    for event in reversed(past):
        if event.kind == "effect.ended" and event.data["effect"] == "commit":
            sha: str | None = event.data["result"]["sha"]
            return sha
    return None


def _attach(images: Sequence[Path], folder: Path) -> None:
    for image in images:
        try:
            folder.mkdir(exist_ok=True)
            shutil.copyfile(image, folder / image.name)
        except OSError as error:
            raise ConfigurationError(f"{image} cannot be read: {error.strerror}.") from None
