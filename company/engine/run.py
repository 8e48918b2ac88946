"""A run: one company working on one task, from the first phase to the handover.

A run is resumed by walking the same chain over its journal's past: what is recorded is recalled,
the rest is performed. Rehearsed, it is walked with nothing performed at all.
"""

import asyncio
from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import UNSET

from company.cards.company_card import RunLimits
from company.engine.answered import hand_over_analysis, hand_over_answer, hand_over_decision
from company.engine.assembly import assemble
from company.engine.context.rules import RULES, price_of_rules, rules_of
from company.engine.place import Place
from company.engine.resources import Resources
from company.engine.state import State
from company.engine.trusted_past import check_past
from company.engine.versions import begin_version, end_version, go_back
from company.engine.workspace.attachments import attach, keep_documents
from company.engine.workspace.first_look import BASELINE, take_baseline
from company.engine.workspace.handover import HANDOVER, OWN_FAULT, Ending, Status, hand_over
from company.errors import Diverged, Interrupted, NothingDelivered, NotRecorded
from company.remote.mailbox import Mailbox
from company.rights import require, rights_to_begin, rights_to_go_on
from company.spec import RunSpec
from warehouse.errors import JournalError, SofthouseError
from warehouse.events import Limits, Note, RunEnded, RunResumed
from warehouse.events.conversion import spec_of
from warehouse.history.summary import RunSummary, SummaryFold
from warehouse.history.usage import Usage
from warehouse.journal import journal as journals
from warehouse.journal.journal import Event, Journal
from warehouse.journal.versions import SOURCE
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT, create_run_folder, removed_on_failure
from warehouse.runs.seal import is_made_here, seal_again, sealed

if TYPE_CHECKING:
    from git import Repo

FINAL = (Diverged, NothingDelivered)
"""What going on with a run does not mend; everything else stops it."""


@dataclass(frozen=True)
class Rehearsal:
    """Where walking a recorded run led, with nothing performed."""

    ending: Ending | None
    """None where the journal ends before the run does."""
    unasked: list[str]
    """The places with recorded results that were not passed."""


class Run:
    """A run in its folder, ready to `work`; without a journal, only to `rehearse`."""

    def __init__(
        self,
        folder: Path,
        past: Sequence[Event],
        journal: Journal | None,
        resources: Resources,
        limits: RunLimits | None = None,
        mailbox: Mailbox | None = None,
        product: Product | None = None,
    ) -> None:
        check_past(past)
        self.folder = folder
        self.fold = SummaryFold(past)
        self._journal = journal
        self._resources = resources
        self._parts = assemble(
            folder,
            past,
            journal,
            resources,
            self.fold.summary,
            limits=limits,
            mailbox=mailbox,
            product=product,
        )
        self._state = State(self.spec.task)
        self._is_taken_up_again = False

    @classmethod
    def begin(
        cls,
        spec: RunSpec,
        resources: Resources,
        root: Path,
        *,
        run_id: str | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> "Run":
        """Make the folder, the product and the journal of a new run, called `run_id` or anew.

        Raises ConsentNeeded where the spec asks for what nobody has allowed.
        """
        spec.require_prices(spec.limits, resources.common_limits)
        spec.require_databases()
        require(rights_to_begin(spec), resources.allowed)
        folder = create_run_folder(root, spec.name, run_id)
        mailbox = Mailbox(folder)
        with removed_on_failure(folder):
            product = Product.create(folder / PRODUCT, durable=False)
            attach(spec.images, folder)
            keep_documents(spec.documents, folder)
            journal = Journal.create(
                folder / journals.FILE_NAME,
                resources.disk,
                beside=folder / PRODUCT,
            )
            if on_event is not None:
                journal.subscribe(on_event)
            begun = [journal.append(sealed(folder, spec_of(spec.frozen(folder.name))))]
            cut = [Note(f"{each.name}: {each.cut}.") for each in spec.documents if each.cut]
            cut += [Note(spec.library.told)] if spec.library else []
            begun += [journal.append(note) for note in cut]
        run = cls(folder, begun, journal, resources, mailbox=mailbox, product=product)
        run.know(spec)
        journal.subscribe(run.fold.add)
        return run

    def know(self, spec: RunSpec) -> None:
        """Know of the run's own spec what no journal holds: the passwords that a person said with the databases,
        and the documents that were read."""
        self._parts.databases.log_in(spec.databases)
        self._parts.knowledge.library = spec.library

    @classmethod
    def reopen(
        cls,
        folder: Path,
        resources: Resources,
        *,
        limits: RunLimits | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> "Run":
        """Open a run to go on with it. Raises JournalError while another process works on it, and
        ConsentNeeded where nobody has allowed what it asks for."""
        mailbox = Mailbox(folder)
        journal, past = Journal.open(folder / journals.FILE_NAME, resources.disk)
        try:
            run = cls._of(folder, past, journal, resources, limits, mailbox)
            run.spec.require_prices(limits or run.spec.limits, resources.common_limits)
            require(rights_to_go_on(run.spec, folder, past), resources.allowed)
        except SofthouseError:
            journal.close()
            raise
        run._is_taken_up_again = True
        for listener in (run.fold.add, on_event):
            if listener is not None:
                journal.subscribe(listener)
        seal = UNSET if is_made_here(folder, past) else seal_again(folder, past)
        journal.append(RunResumed(Limits(**limits.model_dump()) if limits else None, seal))
        return run

    @classmethod
    def recorded(
        cls, folder: Path, resources: Resources, past: Sequence[Event] | None = None
    ) -> "Run":
        """A run to be rehearsed; nothing is written or performed.

        `past` is by default what the folder's journal holds. Raises JournalError where that cannot
        be gone on with.
        """
        if past is None:
            past = journals.read_events(folder / journals.FILE_NAME)
        return cls._of(folder, past, None, resources)

    @classmethod
    def _of(
        cls,
        folder: Path,
        past: Sequence[Event],
        journal: Journal | None,
        resources: Resources,
        limits: RunLimits | None = None,
        mailbox: Mailbox | None = None,
    ) -> "Run":
        """The run of a past from anywhere. Raises JournalError where an event lacks what it needs."""
        try:
            return cls(folder, past, journal, resources, limits, mailbox)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise JournalError(
                f"The journal of {folder.name} cannot be gone on with: an event lacks what it "
                f"should hold ({error!r})."
            ) from None

    @property
    def product(self) -> Product:
        """The program, as a git repository."""
        return self._parts.committer.product

    @property
    def repo(self) -> "Repo":
        """The product as GitPython reads it; to be read only, since the journal knows every commit.

        A git that it starts obeys what the repository configures: use it for runs of your own.
        """
        from git import Repo

        return Repo(self.product.path)

    @property
    def spec(self) -> RunSpec:
        """What the run works by, after its last fork."""
        return self._parts.history.spec

    @property
    def summary(self) -> RunSummary:
        """How the run stands."""
        return self.fold.summary

    @property
    def usage(self) -> Usage:
        """Calls, tokens and money so far."""
        return self.fold.summary.usage

    def _repr_html_(self) -> str:
        """The run in a notebook."""
        from warehouse.history.summary import summary_as_html

        return summary_as_html(self.summary)

    async def work(self) -> RunSummary:
        """Take every step of the chain and hand the product over.

        Raises a SofthouseError that says why, when the run cannot go on; it is in the journal then.
        Interrupted is raised where a person stopped this run alone.
        """
        assert self._journal is not None, "a run without a journal can only be rehearsed"
        try:
            with self._parts.controls.attended(
                self.spec,
                self._journal,
                self._resources.post,
                where=lambda: self.fold.summary.where,
                fail=self._parts.effects.stop,
            ) as handler:
                ending = await self._work_on()
            self._end(ending)
        except asyncio.CancelledError:
            self._end(Ending("stopped", Interrupted.exit_code, "interrupted"))
            if handler.was_stopped and handler.worker.uncancel() == 0:
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
            await self._parts.databases.close()
            self._journal.close()
        return self.fold.summary

    async def _work_on(self) -> Ending:
        version = self._parts.versions[-1]
        if self._is_taken_up_again and (version.number == 1 or version.base):
            # Before that, what lies there is the customer's, and comes in first.
            await self._parts.committer.restore()
        ending = await self._walk()
        for signal in self._parts.controls.signals.unheard():
            words = f"{signal.role} did not speak again, and has not read: {signal.text}"
            self._parts.effects.accompany(Note(words), "")
        return ending

    async def rehearse(self) -> Rehearsal:
        """Walk what is recorded, performing nothing.

        Raises Diverged where something else was recorded than is asked, and NothingDelivered where
        the run ended like that; `unasked` knows then what was not come past.
        """
        ending = None
        with suppress(NotRecorded):
            ending = await self._walk()
        return Rehearsal(ending, self._parts.effects.unasked())

    def unasked(self) -> list[str]:
        """The places with recorded results that were not passed, in the order of the journal."""
        return self._parts.effects.unasked()

    def digests(self) -> Set[str]:
        """The digests of the effects that were asked for, whether they are recorded or not."""
        return self._parts.effects.digests

    async def _walk(self) -> Ending:
        parts = self._parts
        version, by_whom = parts.versions[-1], (self._state, parts.effects, parts.committer)
        place = Place(version.place)
        if version.number > 1:
            await begin_version(parts.versions, *by_whom)
        else:
            await self._bring_in_source()
        if version.back_to:
            return await go_back(parts.versions, *by_whom)
        self._tell_price_of_rules(place.at(SOURCE))
        await self._look_at_it_first(place.at(BASELINE).where)
        await parts.chain.walk(self.spec.cards.chain, self._state, place)
        handover = place.at(HANDOVER).where
        await parts.begins(handover)
        if self.spec.reports_an_analysis:
            checked = "verdict" in self.spec.yielded
            ending = await hand_over_analysis(*by_whom, handover, is_to_be_checked=checked)
        elif self.spec.only_decides and not self._state.files:
            ending = hand_over_decision(self._state, parts.effects, handover)
        elif not (self.spec.writes_a_program or self._state.files):
            ending = hand_over_answer(self._state, parts.effects, handover)
        else:
            ending = await hand_over(
                self._state, parts.workbench, parts.effects, parts.committer, handover
            )
        await end_version(version, parts.effects, parts.committer)
        return ending

    async def _bring_in_source(self) -> None:
        """Make the customer's existing files the first commit."""
        if self.spec.task.source is None:
            return
        came = await self._parts.committer.bring_in(self.spec.task, SOURCE)
        self._state.brought_in, self._state.room = came.files, came.room
        self._state.files |= came.files

    def _tell_price_of_rules(self, place: Place) -> None:
        phases = self.spec.cards.phases.values()
        if price := price_of_rules(rules_of(self._state.brought_in), phases):
            self._parts.effects.emit(Note(price), place.at(RULES).where)

    async def _look_at_it_first(self, where: str) -> None:
        """See how the customer's program stands before anybody has said a word about it."""
        parts, state = self._parts, self._state
        if self.spec.baseline and state.brought_in is not None:
            await parts.begins(where)
            await take_baseline(parts.effects, where, state, parts.workbench)

    def _end(self, ending: Ending) -> None:
        assert self._journal is not None
        self._journal.append(RunEnded(**asdict(ending)))
