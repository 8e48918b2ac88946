"""Replies of the embedded model, recorded as it gave them, and what each of them means.

A file of `tests/data/replies` holds `phase`, `task`, `yields` (as on a phase card), `current` (the
files there were), `reply`, `model`, and `expect`: the `files` it writes (paths, in order of name),
the `fields` it settles (by name), its `document` (how it begins), or `unreadable: true`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from company.deliverables.kind import Unreadable, deliverable_kind
from phases.yields import Yields

FOLDER = Path(__file__).parents[1] / "data" / "replies"
RECORDED = sorted(FOLDER.glob("*.json"))

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no replies were recorded yet")


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_reply_is_read_as_what_it_means(path: Path) -> None:
    recorded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    yields = Yields.model_validate(recorded["yields"])
    expect = recorded["expect"]

    if expect.get("unreadable"):
        with pytest.raises(Unreadable) as unreadable:
            deliverable_kind(yields).read(recorded["reply"], recorded["current"])
        assert expect.get("complaint", "") in unreadable.value.complaint
        return
    delivery = deliverable_kind(yields).read(recorded["reply"], recorded["current"])

    if "fields" in expect:
        assert delivery.fields | expect["fields"] == delivery.fields
    elif "files" in expect:
        assert sorted(delivery.files) == expect["files"]
    else:
        document = delivery.text or next(iter(delivery.files.values()))
        assert document.startswith(expect["document"])


def test_the_corpus_is_large_and_varied() -> None:
    recorded = [json.loads(path.read_text(encoding="utf-8")) for path in RECORDED]

    assert len(recorded) >= 40
    assert len({each["phase"] for each in recorded}) >= 4
    assert len({each["task"] for each in recorded}) >= 5
