"""A machine whose clock was never set: runs begin, are committed, shown and gone on with all the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest

from tests.support.command_line import Softhouse, model_at, provider
from tests.support.scripted_company import A_REVIEW_THAT_HELPS, TASK
from tests.support.scripted_provider import ScriptedProvider
from warehouse.journal import journal
from warehouse.product.product import Product


class Clock(datetime):
    """A clock that went wrong by decades: each look at it is a second after the last."""

    looks = 0

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        cls.looks += 1
        moment = datetime(1969, 7, 20, tzinfo=UTC) + timedelta(seconds=cls.looks)
        return cls.combine(moment.date(), moment.timetz())


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider(**A_REVIEW_THAT_HELPS) as server:
        yield server


def test_a_run_of_1969_is_delivered_shown_explained_and_gone_on_with(
    softhouse: Softhouse,
    serving: ScriptedProvider,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journal, "datetime", Clock)
    options = ["--model", model_at(serving), "--sandbox", "none", "--seed", "1", "--plain"]

    done = softhouse("run", TASK, "--company", "default", *options)

    assert done.code == 0, done.err
    (folder,) = (tmp_path / "products").iterdir()
    assert folder.name.startswith("19690720-0000")
    events = journal.read_events(folder / journal.FILE_NAME)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert events[0].at.startswith("1969-07-20T00:00:")
    first, *_ = Product.open(folder / "product").log()
    assert first.at == "1970-01-01T00:00:00Z", "git knows no time before that"
    for command in (["runs"], ["show", "last"], ["resume", "last", "--plain"]):
        later = softhouse(*command)
        assert later.code == 0, (command, later.err)
    why = softhouse("why", "last", "tip.py:1")
    assert why.code == 0, why.err
