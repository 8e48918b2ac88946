"""Going on after the delivery: further versions in the same journal, upon what the customer has by then."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest

from company.company import go_back
from company.engine.going_on import GoingOn
from company.engine.run import Run
from company.errors import ConfigurationError
from tests.support.forks import fork
from tests.support.scripted_provider import ScriptedProvider
from tests.support.versions import (
    FIRST,
    first_version,
    four_versions,
    git,
    go_on,
    provider,
    put,
    resume,
)
from tui.run_state.run_state import RunState
from warehouse.errors import ProductError
from warehouse.history.why.trace import trace
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.journal.versions import versions_in
from warehouse.product.git.borrowed import borrowed


class Killed(BaseException):
    """A process ends here, and nothing of it is done any more."""


@pytest.fixture(scope="module")
def serving() -> Iterator[ScriptedProvider]:
    with provider().in_thread() as serving:
        yield serving


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, serving: ScriptedProvider) -> Run:
    """A product that was gone on with three times; to be looked at."""
    return asyncio.run(four_versions(tmp_path_factory.mktemp("versions"), serving))


def test_three_times_gone_on_with_every_line_is_its_writers(run: Run) -> None:
    with borrowed(run.product.path) as source:
        lines = trace(source, run.product.path, "main.py").lines
    truth = {
        f"v{number}": ("company", "Programmer", step)
        for number, step in enumerate(
            (
                "1.coding/commit",
                *(f"version-{n}/1.change_coding/commit" for n in (2, 3, 4)),
            ),
            1,
        )
    }
    truth |= {f"ada{number}": ("person", "Ada", "") for number in (2, 3, 4)}
    truth |= {f"kept{number}": ("person", "Customer", "") for number in (2, 3, 4)}
    tags = [line.text.rpartition("# ")[2] for line in lines]
    told = [(line.origin.maker, line.origin.author, line.origin.step) for line in lines]
    assert told == [truth[tag] for tag in tags]
    assert set(tags) == set(truth)


def test_the_log_is_one_story_and_each_version_keeps_its_tag(run: Run) -> None:
    in_between = [
        (f"Ada: Ada's own, before version {n}", "Customer: Keep what was not committed")
        for n in (2, 3, 4)
    ]
    changes = "Programmer: Change coding: change main.py"
    story = ["Programmer: Coding: add main.py"]
    for pair in in_between:
        story += [*pair, changes]
    assert git(run, "log", "--reverse", "--format=%an: %s").split("\n") == story
    assert git(run, "status", "--porcelain") == ""
    heads = [version.head for version in versions_in(read_events(run.folder / FILE_NAME))]
    tags = [git(run, "rev-parse", f"delivered-{number}") for number in (1, 2, 3, 4)]
    assert tags == heads
    assert git(run, "rev-parse", "delivered") == heads[-1]


async def test_of_what_changed_in_a_version_the_customers_own_is_not(
    tmp_path: Path, serving: ScriptedProvider
) -> None:
    run = await first_version(tmp_path, serving)
    put(run, "notes.md", "mine")
    git(run, "add", "notes.md")
    run = await go_on(run.folder, serving, "now add v2")
    version = versions_in(read_events(run.folder / FILE_NAME))[-1]
    assert version.base
    assert git(run, "diff", "--stat", version.base, "HEAD").startswith("main.py")
    assert "1 file" in run.summary.verdict


def test_the_window_shows_each_version_as_a_step_with_its_own_chain(run: Run) -> None:
    state = RunState(lambda: 0.0)
    state.add(read_events(run.folder / FILE_NAME))
    tops = [step.title for step in state.chain.top]
    assert tops == ["Coding", "Handover", "Version 2", "Version 3", "Version 4"]
    assert not any(step.is_open for step in state.chain.top)
    inside = [step.title for step in state.chain.top[-1].inner.values()]
    assert inside == ["Change coding", "Handover"]
    assert state.work.commits[-1].where == "version-4/1.change_coding/commit"
    assert {each.title for each in state.staff.colleagues} >= {"Programmer"}


def test_the_cost_is_told_of_each_version_and_of_all(run: Run) -> None:
    folds = run.summary.versions
    assert [each.usage.calls for each in folds] == [1, 1, 1, 1]
    assert run.usage.tokens == sum(each.usage.tokens for each in folds)
    assert (run.summary.version, run.summary.task) == (4, "now add v4")


@pytest.mark.slow  # twenty deaths, each with a copy of the run
async def test_killed_at_any_write_a_version_is_resumed_to_what_it_would_have_been(
    tmp_path: Path, serving: ScriptedProvider
) -> None:
    """The customer's work lies there uncommitted until it is recorded, and is never laid over."""
    first = await first_version(tmp_path, serving)
    put(first, "main.py", "print(total)  # ada")
    git(first, "commit", "-q", "-a", "-m", "Ada's own")
    put(first, "main.py", "print(total)  # kept")
    before = tmp_path / "before"
    copytree(first.folder, before)
    undisturbed = await go_on(first.folder, serving, "now add v2")
    tree = undisturbed.product.files()
    events = len(read_events(first.folder / FILE_NAME)) - len(read_events(before / FILE_NAME))
    for fatal in range(1, events):
        place = tmp_path / "products" / f"killed-{fatal}"
        copytree(before, place)
        serving.calls.clear()
        with pytest.raises(Killed):
            await go_on(place, serving, "now add v2", on_event=_killed_at(fatal))
        run = await resume(place)
        assert run.product.files() == tree
        assert git(run, "log", "--format=%an: %s") == git(undisturbed, "log", "--format=%an: %s")
        assert git(run, "status", "--porcelain") == ""
        assert len(serving.calls) <= 2


def _killed_at(fatal: int) -> Callable[[Event], None]:
    count = 0

    def listen(_: Event) -> None:
        nonlocal count
        count += 1
        if count >= fatal:
            raise Killed

    return listen


async def test_going_back_loses_nothing_and_can_be_gone_on_from(
    tmp_path: Path, serving: ScriptedProvider
) -> None:
    run = await first_version(tmp_path, serving)
    second = await go_on(run.folder, serving, "now add v2")
    put(run, "main.py", "print(total)  # kept")
    back = await go_back(run.folder)
    assert back.product.files()["main.py"].decode() == FIRST
    assert git(run, "rev-list", "--count", "HEAD") == "4"
    assert (back.summary.status, back.summary.version) == (second.summary.status, 3)
    assert back.summary.reason.startswith("as version 1: ")
    with borrowed(run.product.path) as source:
        steps = {line.origin.step for line in trace(source, run.product.path, "main.py").lines}
    assert steps == {"1.coding/commit"}
    prompt_before = len(serving.calls)
    further = await go_on(run.folder, serving, "now add v4")
    (call,) = serving.calls[prompt_before:]
    assert "sums up a bill" in call.user and "now add v2" not in call.user
    assert further.product.files()["main.py"].decode() == f"{FIRST}print(total)  # v4\n"


async def test_a_step_of_any_version_can_be_forked(run: Run, serving: ScriptedProvider) -> None:
    serving.calls.clear()
    early = await fork(run, "1.coding")
    later = await fork(run, "version-3", {"seed": "7"})
    assert early.product.files()["main.py"].decode() == FIRST
    lines = later.product.files()["main.py"].decode()
    assert [tag for tag in ("v1", "v2", "ada3", "kept3", "v3") if f"# {tag}" in lines] == [
        "v1", "v2", "ada3", "kept3", "v3",
    ]  # fmt: skip
    assert "# v4" not in lines
    assert len(serving.calls) == 2


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("gone", "is gone"),
        ("rewritten", "was rewritten"),
        ("elsewhere", "other is checked out"),
        ("merging", "a merge is under way"),
        ("link", "holds what a program of softhouse cannot: .* no plain file"),
        ("large", r"the file 'film\.bin' has 2,000,001 bytes"),
    ],
)
async def test_what_cannot_be_gone_on_with_is_left_as_it_is(
    tmp_path: Path, serving: ScriptedProvider, what: str, words: str
) -> None:
    run = await first_version(tmp_path, serving)
    match what:
        case "gone":
            (run.folder / "product" / ".git").rename(tmp_path / "away")
        case "rewritten":
            git(run, "commit", "-q", "--amend", "-m", "mine now")
        case "elsewhere":
            git(run, "checkout", "-q", "-b", "other")
        case "link" | "large":
            film = run.folder / "product" / "film.bin"
            film.symlink_to("elsewhere") if what == "link" else film.write_bytes(b"x" * 2_000_001)
            git(run, "add", "film.bin")
            git(run, "commit", "-q", "-m", "A film")
        case "merging":
            (run.folder / "product" / ".git" / "MERGE_HEAD").write_text("0" * 40)
    journal = (run.folder / FILE_NAME).read_bytes()
    with pytest.raises(ProductError, match=words):
        GoingOn.plan(run.folder)
    assert (run.folder / FILE_NAME).read_bytes() == journal


async def test_nothing_of_the_repository_is_run_and_no_secret_of_it_is_told(
    tmp_path: Path, serving: ScriptedProvider
) -> None:
    run = await first_version(tmp_path, serving)
    product, marker = run.folder / "product", tmp_path / "ran"
    for path in (".env", "known.pem", "ignored.txt", "unknown.txt"):
        put(run, path, f"secret of {path}")
    put(run, ".gitignore", "ignored.txt")
    git(run, "add", "--force", ".env", ".gitignore")
    git(run, "commit", "-q", "-m", "By mistake")
    for hook in ("pre-commit", "post-checkout", "reference-transaction", "post-index-change"):
        planted = product / ".git" / "hooks" / hook
        planted.parent.mkdir(exist_ok=True)
        planted.write_text(f"#!/bin/sh\ntouch {marker}\n")
        planted.chmod(0o755)
    with (product / ".git" / "config").open("a") as config:
        config.write(f"\tfsmonitor = touch {marker}\n[diff]\n\texternal = touch {marker}\n")
        config.write(f'[filter "evil"]\n\tclean = touch {marker}\n\tsmudge = touch {marker}\n')
    put(run, ".gitattributes", "*.md filter=evil diff=evil")
    put(run, "main.py", "print(total)  # kept")
    serving.calls.clear()
    further = await go_on(run.folder, serving, "now add v2")
    assert not marker.exists()
    assert further.product.files()["main.py"].decode().count("# kept") == 1
    told = [*(call.user for call in serving.calls), (run.folder / FILE_NAME).read_text()]
    assert "secret of" not in "".join(told)


async def test_a_run_that_was_stopped_is_resumed_first(
    tmp_path: Path, serving: ScriptedProvider
) -> None:
    run = await first_version(tmp_path, serving)
    with pytest.raises(Killed):
        await go_on(run.folder, serving, "now add v2", on_event=_killed_at(6))
    with pytest.raises(ConfigurationError, match=r"First: softhouse resume"):
        GoingOn.plan(run.folder)
    with pytest.raises(ConfigurationError, match=r"First: softhouse resume"):
        GoingOn.plan_back(run.folder, 1)
