"""Going on after the delivery: a further version, by another task or back to what a former one was.

A version stands on a commit: the product as its customer has it when it begins. What came before is
neither walked nor recalled, so a run can be gone on with by a softhouse that would ask otherwise today.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from company.cards.problems import shown
from company.documents.library import check_folder
from company.engine.fork.spec_history import SpecHistory
from company.engine.resources import Resources
from company.engine.run import Run
from company.engine.trusted_past import check_past
from company.engine.workspace.attachments import attach, attached, keep_documents
from company.errors import ConfigurationError
from company.rights import Right, require, rights_to_continue
from company.spec import RunSpec
from warehouse.errors import ProductError
from warehouse.events import Note, VersionStarted
from warehouse.events.conversion import spec_of
from warehouse.journal.journal import FILE_NAME, Event, Journal, read_events
from warehouse.journal.versions import Version, versions_in
from warehouse.product.customer_work import look_at
from warehouse.product.product import Product
from warehouse.runs.folders import ATTACHMENTS, PRODUCT
from warehouse.runs.seal import sealed


@dataclass(frozen=True)
class GoingOn:
    """A further version that is planned and not begun."""

    folder: Path
    events: Sequence[Event]
    versions: Sequence[Version]
    """Those that there are."""
    back_to: int = 0
    """The version whose files are to be had again; 0 where a company is to work."""

    @classmethod
    def plan(cls, folder: Path) -> Self:
        """Go on with the run in a folder by another task.

        Raises ConfigurationError where it has not delivered yet, ProductError where its product cannot be
        gone on with as it is, JournalError where its journal cannot be read.
        """
        events = read_events(folder / FILE_NAME)
        check_past(events)
        versions = versions_in(events)
        plan = cls(folder, events, versions)
        if not versions or versions[-1].ending is None:
            name = folder.resolve().name
            raise ConfigurationError(
                f"{name} has not delivered yet what it works on. First: softhouse resume {name}"
            )
        plan._look()
        return plan

    @classmethod
    def plan_back(cls, folder: Path, version: int | None = None) -> Self:
        """Go back to what a version delivered, by default the one before the last. Raises as `plan`
        does, and ConfigurationError where there is no such version."""
        plan = cls.plan(folder)
        latest = plan.versions[-1].number
        to = latest - 1 if version is None else version
        if not 1 <= to < latest:
            there = f"1 to {latest - 1}" if latest > 1 else "none before it"
            raise ConfigurationError(
                f"{folder.resolve().name} is at version {latest}, and there is no version {to} to go back"
                f" to ({there})."
            )
        return cls(plan.folder, plan.events, plan.versions, to)

    @property
    def spec(self) -> RunSpec:
        """What the version was given that is gone on from, or gone back to."""
        return SpecHistory.of(self.versions[self.back_to - 1].events).spec

    def rights(self, spec: RunSpec | None = None) -> Sequence[Right]:
        """What going on asks for, and only a person can allow: by a spec, or before there is one."""
        return rights_to_continue(spec, self.folder, self.events)

    def begin(
        self,
        spec: RunSpec,
        resources: Resources,
        *,
        on_event: Callable[[Event], None] | None = None,
    ) -> Run:
        """Begin the version by a spec: the same run, folder and repository.

        Raises JournalError while another process works on it, ConsentNeeded where nobody has allowed what
        it asks for, ConfigurationError where an attachment is called as a former one, or a folder of documents is gone.
        """
        spec = self._of_the_run(spec)
        spec.require_prices(spec.limits, resources.common_limits)
        spec.require_databases()
        require(self.rights(None if self.back_to else spec), resources.allowed)
        if not self.back_to:
            for folder in spec.knowledge:
                check_folder(folder)
        journal, past = Journal.open(self.folder / FILE_NAME, resources.disk)
        try:
            if len(past) != len(self.events):
                raise ConfigurationError(
                    f"{self.folder.resolve().name} was gone on with meanwhile: say it again."
                )
            self._keep_attachments(spec)
            if on_event is not None:
                journal.subscribe(on_event)
            begun = [journal.append(sealed(self.folder, self._begun(spec)))]
            begun += [journal.append(Note(spec.library.told))] if spec.library else []
            run = Run(self.folder, [*past, *begun], journal, resources)
            run.know(spec)
        except BaseException:
            journal.close()
            raise
        journal.subscribe(run.fold.add)
        return run

    def _of_the_run(self, spec: RunSpec) -> RunSpec:
        """The spec with what holds for a run as a whole: where its program came from, and whether how that
        stood before is looked at; and the databases and documents of before, where it names none of them (and
        works on databases)."""
        former = self.spec
        task = replace(spec.task, source=former.task.source)
        works_on_them = spec.asks_databases or spec.copies_databases
        databases = spec.databases or (former.databases if works_on_them else {})
        of_the_run = {"task": task, "baseline": former.baseline, "databases": databases}
        documents = {"knowledge": former.knowledge, "embeddings": former.embeddings}
        knowledge = {} if spec.knowledge else documents
        return spec.model_copy(update=of_the_run | knowledge)

    def _begun(self, spec: RunSpec) -> VersionStarted:
        run = spec_of(spec.frozen(_id_of(self.events)))
        return VersionStarted(self.versions[-1].number + 1, self.back_to, run)

    def _look(self) -> None:
        """Raises ProductError, before anything is written, where the product cannot be gone on with."""
        place = self.folder / PRODUCT
        if not (place / ".git").exists():
            raise ProductError(
                f"The product of {self.folder.resolve().name} is gone: {place} holds no git repository. Put it"
                " back, from a clone or a backup; what was said and done is all in the journal, beside it."
            )
        look_at(Product.open(place), self.versions[-1].head)

    def _keep_attachments(self, spec: RunSpec) -> None:
        """Keep what the customer gave with this task. What they gave before stays as it is."""
        given = {image.name: image.read_bytes() for image in spec.images if image.is_file()}
        given |= {document.name: document.text.encode() for document in spec.documents}
        for name, content in given.items():
            is_there = (self.folder / ATTACHMENTS / name).exists()
            if is_there and attached(self.folder, name) != content:
                raise ConfigurationError(
                    f"The run has an attachment called {shown(name)} already, from a former version: rename"
                    " the new one."
                )
        attach(spec.images, self.folder)
        keep_documents(spec.documents, self.folder)


def _id_of(events: Sequence[Event]) -> str:
    """The id of the run, as its journal says it."""
    from warehouse.history.summary import SummaryFold

    return SummaryFold(events).summary.run
