"""Roles: a name, a title, a prompt, perhaps a model of their own."""

import pytest
from pydantic import ValidationError

from roles.role import Role


def test_a_role_speaks_with_the_companys_model_unless_told() -> None:
    role = Role(name="tester", title="Tester", prompt="You test.")
    assert (role.model, role.temperature, role.human) == ("default", None, False)


def test_a_role_loads_again_from_its_dump() -> None:
    role = Role(name="tester", title="Tester", prompt="x", model="openai:gpt-x", temperature=0.5)
    assert Role.model_validate(role.model_dump(mode="json")) == role


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Tester"},
        {"name": "../tester"},
        {"name": ""},
        {"name": "t\n"},
        {"title": ""},
        {"temperature": 2.1},
        {"temperature": "0.2"},
        {"temperature": float("nan")},
        {"human": "yes"},
        {"promt": "x"},
    ],
)
def test_a_wrong_key_or_value_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Role.model_validate({"name": "tester", "title": "Tester", "prompt": "x"} | wrong)
