"""Walking a further version: how it begins, and how it ends where it only goes back to a former one."""

from collections.abc import Sequence

from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.committer import Committer, Work
from company.engine.workspace.handover import HANDOVER, Ending
from company.engine.workspace.merge import HOUSE
from warehouse.events import LineNoted, StepEnded, StepStarted
from warehouse.journal.versions import DELIVERED, SOURCE, VERSION, Version, delivered_tag


async def begin_version(
    versions: Sequence[Version], state: State, effects: Effects, committer: Committer
) -> None:
    """Begin the last of the versions: from what the customer has now, whoever made it."""
    *former, version = versions
    place = version.place
    effects.emit(StepStarted(VERSION, VERSION, title=f"Version {version.number}"), place)
    if version.number == 2:
        await committer.tag(delivered_tag(1), f"{place}/former", former[-1].head)
    came = await committer.take_over(f"{place}/{SOURCE}")
    state.files, state.brought_in, state.room = dict(came.files), came.files, came.room
    state.notebook = [
        event.data for each in former for event in each.events if isinstance(event.data, LineNoted)
    ]
    state.done_before = _tasks(former)


async def end_version(version: Version, effects: Effects, committer: Committer) -> None:
    """Let the tag of the version lead to what it delivered."""
    if version.number > 1:
        await committer.tag(delivered_tag(version.number), f"{version.place}/{HANDOVER}/own-tag")
        effects.emit(StepEnded("done"), version.place)


async def go_back(
    versions: Sequence[Version], state: State, effects: Effects, committer: Committer
) -> Ending:
    """Make the files those of a former version again, by a commit on top: nothing is taken away."""
    version = versions[-1]
    former = versions[version.back_to - 1]
    files = committer.product.files(former.head)
    paths = (state.files.keys() | files.keys()) - set(state.room.hidden)
    changes = {p: files.get(p) for p in paths if state.files.get(p) != files.get(p)}
    work = Work(HOUSE, "undo", f"{version.place}/undo", f"Go back to version {former.number}")
    await committer.commit(changes, work)
    where = f"{version.place}/{HANDOVER}"
    if former.checked is not None:
        effects.emit(former.checked, where)
    await committer.tag(DELIVERED, f"{where}/tag")
    await end_version(version, effects, committer)
    assert former.ending is not None, "only what was handed over is gone back to"
    how = former.ending
    return Ending(
        "verified" if how.status == "verified" else "unverified",
        how.exit_code or 0,
        f"as version {former.number}: {how.reason}",
    )


def _tasks(versions: Sequence[Version]) -> tuple[str, ...]:
    """What the product does by now: the tasks that led to it, without those that were gone back from."""
    tasks: list[tuple[str, ...]] = [()]
    for version in versions:
        if version.back_to:
            tasks.append(tasks[version.back_to])
        else:
            tasks.append((*tasks[-1], version.spec.task.text))
    return tasks[-1]
