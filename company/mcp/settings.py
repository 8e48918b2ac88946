"""Which servers of tools a run may reach: the user's own from `mcp.yaml`, and those its company asks for."""

from collections.abc import Iterable, Mapping
from functools import cache

from company.cards.problems import CardError, shown
from company.cards.validation import validate
from company.cards.yaml_file import YamlDocument, read_yaml
from company.mcp.card import PREFIX, OwnServer, ServerCard, Wanted
from warehouse.user_folders import config_folder

FILE_NAME = "mcp.yaml"


@cache
def own_servers() -> dict[str, OwnServer]:
    """Those of the user's file, by name. Only a file of the user's own says what runs on the host.

    Raises ConfigurationError, naming the line, where it cannot be used.
    """
    path = config_folder() / FILE_NAME
    if not path.exists():
        return {}
    document = read_yaml(path.resolve(), str(path))
    servers: dict[str, OwnServer] = {}
    for name, card in document.data.items():
        if not isinstance(card, dict) or Wanted.read(f"{PREFIX}{name}") is None:
            what = f"'{name}' must be a name in small letters with a mapping of keys, not {shown(card)}"
            raise CardError([document.problem((name,), what)])
        lines = {where[1:]: line for where, line in document.lines.items() if where[0] == name}
        servers[name] = validate(OwnServer, YamlDocument(document.file, card, lines))
    return servers


def servers_for(asked: Mapping[str, ServerCard]) -> dict[str, ServerCard]:
    """The servers there are for a company that asks for these: of one name, the user's own."""
    return {**asked, **own_servers()}


def wanted_of(tools: Iterable[str]) -> list[Wanted]:
    """What these names of tools want of servers."""
    return [wanted for name in tools if (wanted := Wanted.read(name)) is not None]
