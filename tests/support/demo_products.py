"""The products of the demos, made again from their journals alone.

    python -m tests.support.demo_products

packs them anew beside the journals. That is needed only where a demo is recorded anew.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from company.engine.resources import open_resources
from company.engine.run import Run
from company.engine.workspace.committer import Committer, Work
from tests.support.bundles import bundle_of, bytes_of
from warehouse.events import CommitEnded, CommitResult, RunStarted, TagEnded, TagStarted
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.product.bundle import Bundle
from warehouse.product.product import Product
from warehouse.runs.folders import demos
from warehouse.runs.products import BUNDLE


class Recommitter(Committer):
    """Makes each recorded commit once more, when it is recalled, in a `copy` of the product."""

    def __init__(self, committer: Committer, past: list[Event], copy: Product) -> None:
        started = past[0].data
        assert isinstance(started, RunStarted)
        super().__init__(
            committer.effects, committer.product, started.run, commits=committer.commits
        )
        self._copy = copy
        self._times = {
            event.data.result.sha: event.at for event in past if isinstance(event.data, CommitEnded)
        }

    async def commit(self, changes: Mapping[str, bytes | None], work: Work) -> CommitResult:
        result = await super().commit(changes, work)
        self._copy.commit(
            changes,
            author=work.role.title,
            role=work.role.name,
            message=f"{work.subject}\n\n{work.body}".strip(),
            trailers=self._trailers(work),
            at=self._times[result.sha],
            parent=self._copy.head(),
        )
        return result


async def make_again(folder: Path, place: Path) -> Bundle:
    """The product of a demo, made at `place`."""
    past = read_events(folder / FILE_NAME)
    product = Product.create(place)
    async with open_resources("none") as resources:
        run = Run.recorded(folder, resources, past)
        parts = run._parts
        parts.committer.commit = Recommitter(parts.committer, past, product).commit  # type: ignore[method-assign]
        await run.rehearse()
    for name, sha in tags_of(past).items():
        product.tag(name, sha)
    bundle = bundle_of(product, {})
    assert bundle is not None
    return bundle


def tags_of(past: list[Event]) -> dict[str, str]:
    """The tags a journal tells of, with the commits they mark."""
    names = [event.data.request.tag for event in past if isinstance(event.data, TagStarted)]
    shas = [event.data.result.sha for event in past if isinstance(event.data, TagEnded)]
    return dict(zip(names, shas, strict=True))


def main() -> None:
    """Pack the product of every demo beside its journal."""
    for folder in demos().values():
        with TemporaryDirectory() as place:
            bundle = asyncio.run(make_again(folder, Path(place) / "product"))
        (folder / BUNDLE).write_bytes(bytes_of(bundle))


if __name__ == "__main__":
    main()
