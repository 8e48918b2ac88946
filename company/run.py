"""A run: one company working on one task, from the first phase to the handover.

A run is resumed by walking the same chain over its journal's past: what is recorded is recalled,
the rest is performed. Rehearsed, it is walked with nothing performed at all.
"""

import asyncio
from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from company.attachments import attach
from company.briefing import Briefing
from company.budget import Budget, Spending
from company.cards.company_card import RunLimits
from company.chain_runner import ChainRunner
from company.conditions import condition_values
from company.control.controls import Controls
from company.control.mailbox import Mailbox
from company.effects import Effects
from company.ending import OWN_FAULT, Ending, Rehearsal, Status
from company.eras import Eras
from company.errors import (
    Diverged,
    Interrupted,
    NothingDelivered,
    NotRecorded,
)
from company.handover import HANDOVER, hand_over
from company.keeper import Keeper, recorded_commits
from company.models.model_id import capabilities, context_window
from company.models.recorded_run import is_recorded
from company.order import Order
from company.phase_runner import PhaseRunner
from company.premises import Premises
from company.results import check_results
from company.settlement import Settlement
from company.speech import Speech
from company.state import State
from company.steps import Outcome, Place
from company.verification import Workbench
from warehouse import journal as journals
from warehouse.errors import JournalError, SofthouseError
from warehouse.history.usage import Usage
from warehouse.journal import Event, Journal
from warehouse.product import Product
from warehouse.runs import ATTACHMENTS, PRODUCT, create_run_folder, removed_on_failure
from warehouse.summary import RunSummary, SummaryFold

FINAL = (Diverged, NothingDelivered)
"""What going on with a run does not mend; everything else stops it."""


class Run:
    """A run in its folder, ready to `work`; without a journal, only to `rehearse`."""

    def __init__(
        self,
        folder: Path,
        past: Sequence[Event],
        journal: Journal | None,
        premises: Premises,
        limits: RunLimits | None = None,
        mailbox: Mailbox | None = None,
        product: Product | None = None,
    ) -> None:
        commits = recorded_commits(past)
        self.folder = folder
        self.product = product or _product_of(folder, commits, is_worked_on=journal is not None)
        self.fold = SummaryFold(past)
        self._journal = journal
        self._premises = premises
        self._eras = Eras.of(past)
        check_results(past)
        spent = _spent(self.fold.summary, with_shared=self._eras.as_if_alone)
        self._budget = Budget(limits or self.order.limits, spent, premises.purse)
        self._controls = Controls.of(mailbox or Mailbox(folder), journal, past, self._budget)
        self._effects = Effects(journal, past, self._controls.gate.effect_begins)
        if any(map(is_recorded, self.order.models.values())):
            premises.models.recall(folder.name, past)
        self._keeper = Keeper(self._effects, self.product, folder.name, premises.disk, commits)
        self._state = State(self.order.task)
        self._is_taken_up_again = False
        self._phases = [self._phase_runner(order) for order in self._eras.orders]

    @classmethod
    def begin(
        cls,
        order: Order,
        premises: Premises,
        root: Path,
        *,
        run_id: str | None = None,
        images: Sequence[Path] = (),
        on_event: Callable[[Event], None] | None = None,
    ) -> "Run":
        """Make the folder, the product and the journal of a new run, called `run_id` or anew."""
        folder = create_run_folder(root, order.name, run_id)
        mailbox = Mailbox(folder)
        with removed_on_failure(folder):
            product = Product.create(folder / PRODUCT, durable=False)
            attach(images, folder / ATTACHMENTS)
            journal = Journal.create(
                folder / journals.FILE_NAME,
                premises.disk,
                premises.elsewhere,
                beside=folder / PRODUCT,
            )
            if on_event is not None:
                journal.subscribe(on_event)
            started = journal.append("run.started", "", order.frozen(folder.name))
        run = cls(folder, [started], journal, premises, mailbox=mailbox, product=product)
        journal.subscribe(run.fold.add)
        return run

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
        mailbox = Mailbox(folder)
        journal, past = Journal.open(folder / journals.FILE_NAME, premises.disk, premises.elsewhere)
        try:
            run = cls._of(folder, past, journal, premises, limits, mailbox)
        except SofthouseError:
            journal.close()
            raise
        run._is_taken_up_again = True
        for listener in (run.fold.add, on_event):
            if listener is not None:
                journal.subscribe(listener)
        journal.append("run.resumed", "", {"limits": limits.model_dump()} if limits else {})
        return run

    @classmethod
    def recorded(
        cls, folder: Path, premises: Premises, past: Sequence[Event] | None = None
    ) -> "Run":
        """A run to be rehearsed; nothing is written or performed.

        `past` is by default what the folder's journal holds. Raises JournalError where that cannot
        be gone on with.
        """
        if past is None:
            past = journals.read_events(folder / journals.FILE_NAME)
        return cls._of(folder, past, None, premises)

    @classmethod
    def _of(
        cls,
        folder: Path,
        past: Sequence[Event],
        journal: Journal | None,
        premises: Premises,
        limits: RunLimits | None = None,
        mailbox: Mailbox | None = None,
    ) -> "Run":
        """The run of a past from anywhere. Raises JournalError where an event lacks what it needs."""
        try:
            return cls(folder, past, journal, premises, limits, mailbox)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise JournalError(
                f"The journal of {folder.name} cannot be gone on with: an event lacks what it "
                f"should hold ({error!r})."
            ) from None

    @property
    def order(self) -> Order:
        """What the run works by, after its last fork."""
        return self._eras.order

    @property
    def summary(self) -> RunSummary:
        """How the run stands."""
        return self.fold.summary

    @property
    def usage(self) -> Usage:
        """Calls, tokens and money so far."""
        return self.fold.summary.usage

    async def work(self) -> RunSummary:
        """Take every step of the chain and hand the product over.

        Raises a SofthouseError that says why, when the run cannot go on; it is in the journal then.
        Interrupted is raised where a person stopped this run alone.
        """
        assert self._journal is not None, "a run without a journal can only be rehearsed"
        try:
            with self._controls.attended(
                self.order,
                self._journal,
                self._premises.post,
                where=lambda: self.fold.summary.where,
                fail=self._effects.stop,
            ) as desk:
                ending = await self._work_on()
            self._end(ending)
        except asyncio.CancelledError:
            self._end(Ending("stopped", Interrupted.exit_code, "interrupted"))
            if desk.was_stopped and desk.worker.uncancel() == 0:
                raise Interrupted(
                    f"{self.folder.name} was stopped; softhouse resume goes on with it."
                ) from None
            raise
        except SofthouseError as error:
            status: Status = "failed" if isinstance(error, FINAL) else "stopped"
            self._end(Ending(status, error.exit_code, str(error)))
            raise
        except Exception as error:
            self._end(Ending("failed", 1, f"{OWN_FAULT}: {error!r}"))
            raise
        finally:
            self._journal.close()
        return self.fold.summary

    async def _work_on(self) -> Ending:
        if self._is_taken_up_again:
            await self._keeper.restore()
        ending = await self._walk()
        for said in self._controls.interjections.unheard():
            words = f"{said.role} did not speak again, and has not read: {said.text}"
            self._effects.accompany("note", "", {"text": words})
        return ending

    async def rehearse(self) -> Rehearsal:
        """Walk what is recorded, performing nothing.

        Raises Diverged where something else was recorded than is asked, and NothingDelivered where
        the run ended like that; `unasked` knows then what was not come past.
        """
        ending = None
        with suppress(NotRecorded):
            ending = await self._walk()
        return Rehearsal(ending, self._effects.unasked())

    def unasked(self) -> list[str]:
        """The places with recorded results that were not passed, in the order of the journal."""
        return self._effects.unasked()

    def asked(self) -> Set[str]:
        """The digests of the effects that were asked for, whether they are recorded or not."""
        return self._effects.digests

    async def _walk(self) -> Ending:
        await self._bring_in_source()
        await self._chain_runner().walk(self.order.cards.chain, self._state)
        await self._phase_begins(HANDOVER)
        workbench = self._workbench(self.order)
        return await hand_over(self._state, workbench, self._effects, self._keeper)

    def _chain_runner(self) -> ChainRunner:
        settlement = Settlement(self._keeper, self._effects)
        return ChainRunner(
            effects=self._effects,
            chains=self.order.cards.chains,
            titles=lambda name: self.order.cards.phases[name].title,
            perform=self._perform,
            holds=self._holds,
            settle=settlement.undo_what_did_not_help,
            reconcile=settlement.commit_what_holds,
            outlook=self._outlook,
            milestone=self._milestone,
        )

    def _phase_runner(self, order: Order) -> PhaseRunner:
        speech = Speech(
            self._effects,
            self._budget,
            self._premises,
            order.models,
            order.seed,
            order.human_roles,
            self.folder / ATTACHMENTS if order.task.images else None,
            run=self.folder.name,
            interjections=self._controls.interjections,
            questions=self._controls.questions,
        )
        briefing = Briefing(
            cards=order.cards,
            prompts=self._premises.prompts,
            models=order.models,
            window=context_window,
            structured=lambda model: capabilities(model).structured == "json_schema",
        )
        return PhaseRunner(
            phases=order.cards.phases,
            briefing=briefing,
            effects=self._effects,
            speech=speech,
            keeper=self._keeper,
            workbench=self._workbench(order),
            begins=self._phase_begins,
        )

    async def _phase_begins(self, where: str) -> None:
        """Wait until a phase may begin that has not begun in the past."""
        if where not in self._eras.begun:
            await self._controls.gate.phase_begins()

    def _workbench(self, order: Order) -> Workbench:
        return Workbench(order.sandbox, self._premises.backend)

    async def _perform(self, phase: str, place: Place, state: State) -> Outcome:
        return await self._phases[self._eras.at(place.where)].perform(phase, place, state)

    def _outlook(self, phases: Sequence[str], place: Place, state: State) -> dict[str, str]:
        return self._phases[self._eras.at(place.where)].outlook(phases, state)

    def _holds(self, condition: str, place: Place, state: State) -> bool:
        prompts = self._premises.prompts
        values = condition_values(state, place, prompts.names_in(condition))
        return prompts.evaluate(condition, values)

    async def _milestone(self, name: str, state: State) -> None:
        await self._keeper.tag(name, name)

    async def _bring_in_source(self) -> None:
        """Make the customer's existing files the first commit."""
        source = self.order.task.source
        if source is None:
            return
        self._state.files |= await self._keeper.bring_in(Path(source), "source")

    def _end(self, ending: Ending) -> None:
        assert self._journal is not None
        self._journal.append("run.ended", "", asdict(ending))


def _spent(summary: RunSummary, *, with_shared: bool) -> Spending:
    """What a run has used of its own limits."""
    spent = Spending.of(summary)
    if with_shared:
        spent.add(summary.shared.tokens, 0, summary.shared.known_cost, calls=summary.shared.calls)
        spent.seconds += summary.shared_seconds
    return spent


def _product_of(folder: Path, commits: Sequence[str], *, is_worked_on: bool) -> Product:
    """The product of a run with these recorded commits; unless it is worked on, it may not be there."""
    if not is_worked_on:
        return Product(folder / PRODUCT)
    return (Product.open if commits else Product.take_up)(folder / PRODUCT)
