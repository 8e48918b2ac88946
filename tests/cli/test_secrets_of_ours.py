"""What of the environment is never shown or written."""

import pytest

from company.cli.output import secrets_of_ours
from warehouse.data.source import password_variable


@pytest.mark.parametrize(
    "name",
    ["OPENAI_API_KEY", "NPM_TOKEN", "PGPASSWORD", "MYSQL_PWD", password_variable("shop")],
)
def test_keys_and_passwords_of_databases_are_secrets(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "Zitronenfalter-7")
    assert "Zitronenfalter-7" in secrets_of_ours()


def test_the_folder_one_stands_in_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLDPWD", "/srv/work-of-mine")
    assert "/srv/work-of-mine" not in secrets_of_ours()
