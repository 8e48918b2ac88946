"""What lies beside a program promises only what is there."""

from typing import Any

import pytest

from company.engine.schema_copy import RENAME, _supplied, copy_schemas
from company.engine.state import State
from company.errors import ConfigurationError
from company.spec import Task
from warehouse.data.copy.structure import Copy
from warehouse.data.copy.supplied import FRESH, UP_TO_YOURS, of_all

SUPPLIED = of_all({"library": "sqlite"}, {"library": Copy("", "", {})})


@pytest.mark.parametrize(
    ("conftest", "told", "not_told"),
    [
        (None, FRESH, UP_TO_YOURS),
        (SUPPLIED["conftest.py"].encode(), FRESH, UP_TO_YOURS),
        (b"import pytest", UP_TO_YOURS, FRESH),
    ],
)
def test_beside_tests_that_were_there_before_no_copies_are_promised(
    conftest: bytes | None, told: str, not_told: str
) -> None:
    state = State(Task("x"), files={} if conftest is None else {"conftest.py": conftest})
    changed, kept = _supplied(SUPPLIED, state)
    readme = (changed["README.md"] or b"").decode()
    assert told in readme and not_told not in readme
    assert ("conftest.py" in kept) == (told == FRESH)


def test_names_of_a_strangers_database_are_but_text_in_the_readme() -> None:
    words = "Left out: \x1b]52;c;eA==\x07 \u202e\n# <img src=//x> ![x](http://x.example)"
    readme = of_all({"library": "sqlite"}, {"library": Copy("", "", {}, (words,))})["README.md"]
    (line,) = (each for each in readme.splitlines() if each.startswith("- library:"))
    assert not {"\x1b", "\x07", "\u202e"} & {*readme}
    assert r"\# \<img src=//x\> \!\[x\](http\://x.example)" in line


async def test_a_program_that_connects_by_a_file_of_its_own_is_refused_before_anything() -> None:
    nothing: Any = None
    state = State(Task("x"), files={"database.py": b"def connect(): ..."})
    with pytest.raises(ConfigurationError) as refused:
        await copy_schemas(nothing, nothing, nothing, 1, "1", state)
    assert str(refused.value) == RENAME
