"""`softhouse continue`: what comes next, on the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Softhouse
from tests.support.scripted_provider import ScriptedProvider
from tests.support.versions import companies, git, provider, put


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider().in_thread() as serving:
        yield serving


def test_a_run_is_gone_on_with_gone_back_from_and_looked_at(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    companies(Path.cwd())
    model = f"url:{serving.url}#scripted"
    begun = softhouse("run", "sums", "--company", "make", "--model", model, "--sandbox", "none")
    assert begun.code == 0, begun.err
    (folder,) = Path("products").iterdir()
    put(folder, "main.py", "print(total)  # mine")
    put(folder, "unknown.txt", "nobody told git")

    further = softhouse(
        "continue", "last", "now add v2", "--company", "change", "--chain", "change"
    )
    assert further.code == 0, further.err
    assert "change works on version 2 of" in further.err
    assert "Left out of product: unknown.txt: not tracked by git." in further.out
    assert "of which version 2: 1 call" in further.out
    assert serving.calls[-1].model == "scripted", "who is asked stays who was asked"

    shown = softhouse("show", "last").out
    assert "Version 2  now add v2" in shown and "Change coding, version 2" in shown
    differs = softhouse("diff", "last", "--patch")
    assert (differs.code, "+print(total)  # v2" in differs.out) == (0, True)
    assert "version 2: sums" in softhouse("runs").out
    assert "alone leads to the same end" in softhouse("replay", "last", "--check").out

    back = softhouse("continue", "last", "--undo")
    assert (back.code, "as version 1: " in back.out) == (0, True), back.err
    assert git(folder, "diff", "--stat", "delivered-1", "HEAD") == ""
    again = softhouse("continue", "last", "--undo", "2")
    assert again.code == 0, again.err
    assert git(folder, "diff", "--stat", "delivered-2", "delivered-4") == ""
    assert softhouse("continue", "last", "--undo", "9").code == 2
    assert (folder / "product" / "unknown.txt").exists()


def test_what_is_asked_must_be_one_thing(softhouse: Softhouse) -> None:
    neither, both = softhouse("continue", "x"), softhouse("continue", "x", "now", "--undo", "1")
    assert (neither.code, both.code) == (2, 2)
    assert "not both" in neither.err


def test_a_run_of_a_batch_stays_what_its_table_tells(
    softhouse: Softhouse, serving: ScriptedProvider
) -> None:
    companies(Path.cwd())
    model = f"url:{serving.url}#scripted"
    place = Path("batches") / "one" / "runs"
    made = ("run", "sums", "--company", "make", "--model", model, "--sandbox", "none")
    assert softhouse(*made, "--products", str(place)).code == 0
    (place.parent / "plan.json").write_text("{}")
    (folder,) = place.iterdir()
    refused = softhouse("continue", str(folder), "now add v2")
    assert refused.code == 2
    assert f"softhouse run TASK --from {folder / 'product'}" in refused.err
