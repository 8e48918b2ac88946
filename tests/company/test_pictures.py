"""Pictures that belong to a task: each has a name of its own and is a plain file."""

import os
from pathlib import Path

import pytest

from company.errors import ConfigurationError
from tests.support.houses import work
from tests.support.scripted_company import TASK, script
from tests.support.scripted_provider import ScriptedProvider


def left_in(folder: Path) -> list[Path]:
    return list(folder.glob("products/*"))


async def ordered(folder: Path, *images: Path) -> None:
    async with ScriptedProvider.from_script(script()) as provider:
        try:
            await work(folder, provider, "default", task=TASK, images=list(images))
        finally:
            assert provider.calls == []
            assert left_in(folder) == []


async def test_two_pictures_of_one_name_are_not_taken_for_each_other(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.png").write_bytes(folder.encode())
    with pytest.raises(ConfigurationError, match=r"Two pictures are called 'x\.png'"):
        await ordered(tmp_path, tmp_path / "a" / "x.png", tmp_path / "b" / "x.png")


async def test_a_pipe_is_no_picture(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.png")
    with pytest.raises(ConfigurationError, match="no plain file"):
        await ordered(tmp_path, tmp_path / "x.png")
