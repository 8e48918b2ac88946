"""Making the folder of a new run."""

from pathlib import Path

import pytest

from warehouse.errors import SofthouseError
from warehouse.runs.folders import create_run_folder


def test_thousands_of_runs_of_one_name_that_begin_together_have_folders_of_their_own(
    tmp_path: Path,
) -> None:
    made = {create_run_folder(tmp_path, "a clock") for _ in range(3_000)}
    assert made == set(tmp_path.iterdir())
    assert len(made) == 3_000


def test_a_run_that_is_given_its_id_does_not_take_the_place_of_another(tmp_path: Path) -> None:
    create_run_folder(tmp_path, "a clock", "clock-1")
    with pytest.raises(SofthouseError, match="File exists"):
        create_run_folder(tmp_path, "a clock", "clock-1")
