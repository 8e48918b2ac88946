"""What a run asks for that only a person can allow, on their own machine.

What a run is can be carried anywhere: its company, task, seed, models by name. What it may do
cannot: cards, tasks, studies and journals only ask for it, by the very value that is needed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from company.cards.gathering import GatheredCards
from company.cards.problems import nearest
from company.errors import ConfigurationError
from company.mcp.card import PREFIX, OwnServer
from company.mcp.settings import FILE_NAME, servers_for, wanted_of
from company.models.model_id import LOCAL, ModelId, parse_model_id
from company.models.origins import named_origins, origin_of, providers_origins, remember
from company.models.recorded_run import is_recorded
from company.spec import RunSpec
from warehouse.data.address import Address
from warehouse.data.source import lenders, lends
from warehouse.events import EffectEnded
from warehouse.journal.journal import Event
from warehouse.journal.versions import SOURCE
from warehouse.runs.seal import is_made_here
from warehouse.sandbox.registry import AUTOMATIC, warning_of

SENT_TO = "a model server that you have not named; task and program would be sent there"
LOADED = "a file of weights that you have not named; llama.cpp would load it into this process"
LENT = "your password, from what stands before the =, would be sent to this server"
MADE_ELSEWHERE = "made-elsewhere"
"""What allows to go on with a run that was not begun here."""


@dataclass(frozen=True)
class Right:
    """Something that is asked for: its value, as `--allow` takes it, and what it means."""

    value: str
    meaning: str

    @property
    def is_for_good(self) -> bool:
        """Whether it is known from then on: an address of models, a file of weights, or the password that a
        database gets."""
        of_models = self.value.startswith(("http://", "https://", f"{LOCAL}:"))
        return of_models or self.meaning == LENT


MADE_BY_OTHERS = Right(MADE_ELSEWHERE, "to go on with a run that was not begun here by you")


class ConsentNeeded(ConfigurationError):
    """Something is asked for that nobody has allowed yet."""

    def __init__(self, rights: Sequence[Right]) -> None:
        told = "".join(f"\n  {right.value}: {right.meaning}" for right in rights)
        values = ", ".join(repr(right.value) for right in rights)
        options = " ".join(f"--allow {quote(right.value)}" for right in rights)
        super().__init__(
            f"Only you can allow this:{told}\nTo allow it, say so in Python, allowed={{{values}}}"
            f" of WorkSettings or open_resources, or on the command line: {options}"
        )
        self.rights = rights


def addresses(models: Iterable[str]) -> list[Right]:
    """The addresses at which models are to be asked and the files of weights that are to be loaded, that
    neither a provider has nor this person has named."""
    asked = {_origin(parse_model_id(model)) for model in models} - {None}
    own = _origin(parse_model_id(LOCAL))  # a file that the user's own settings name
    known = {*named_origins(), *providers_origins(), own} if asked else set()
    return [
        Right(origin, LOADED if origin.startswith(f"{LOCAL}:") else SENT_TO)
        for origin in sorted(each for each in asked if each and each not in known)
    ]


def _origin(model_id: ModelId) -> str | None:
    """Where the words of a model come from, as this person allows it; None where nobody has to."""
    return origin_of(model_id.url) if model_id.url else str(model_id) if model_id.file else None


def passwords(databases: Mapping[str, Address]) -> list[Right]:
    """The passwords of this machine that databases would get, but for those that this person has named.

    A variable is asked for with the very URL, since a stranger's run chooses both its name and the server.
    """
    lent = [
        _loan(lender, address)
        for name, address in databases.items()
        for lender in lenders(name, address)
        if lends(lender)
    ]
    known = named_origins() if lent else {}
    return [Right(each, LENT) for each in lent if each not in known]


def _loan(lender: str, address: Address) -> str:
    return f"{lender}={address}"


def tool_servers(cards: GatheredCards) -> list[Right]:
    """The servers of tools that roles want, but those that the user gives to any company.

    Raises ConfigurationError where there is no such server.
    """
    wanted = {each.server for role in cards.roles.values() for each in wanted_of(role.tools)}
    servers = servers_for(cards.company.mcp) if wanted else {}
    rights = []
    for name in sorted(wanted):
        server = servers.get(name)
        if server is None:
            raise ConfigurationError(
                f"There is no server of tools called {name!r}. Say in the `mcp` of the company or in your"
                f" {FILE_NAME} how it is started (docs/mcp.md){nearest(name, servers)}"
            )
        if not isinstance(server, OwnServer):
            way = (
                "started in the sandbox" if server.command else "asked, and told what roles tell it"
            )
            rights.append(
                Right(f"{PREFIX}{name}={server.told}", f"a server of tools would be {way}")
            )
        elif server.ask:
            rights.append(Right(f"{PREFIX}{name}", f"roles would use your server {server.told}"))
    return rights


def rights_of_foreign(spec: RunSpec, past: Sequence[Event]) -> list[Right]:
    """All that a run from elsewhere asks for, that it is gone on with first.

    Raises ConfigurationError where it asks for a sandbox that isolates nothing, which no run from
    elsewhere gets.
    """
    if warning_of(spec.sandbox) is not None:
        raise ConfigurationError(
            f"This run was not begun here, and would run what it holds in the sandbox {spec.sandbox}: "
            "that is left to runs of your own. Fork it with another one: softhouse fork RUN --at STEP "
            f"--set sandbox={AUTOMATIC[0]}"
        )
    rights = [MADE_BY_OTHERS]
    source = spec.task.source
    if source is not None and not _is_brought_in(past):
        rights.append(Right(source, "a program whose files would be read and sent to the models"))
    rights += [
        Right(str(each), "a database that would be asked, and what it holds sent to the models")
        for each in spec.databases.values()
    ]
    rights += passwords(spec.databases)
    rights += [
        Right(str(each), "a folder whose documents would be read and sent to the models")
        for each in spec.knowledge
    ]
    for model in sorted(filter(is_recorded, spec.speaking_models)):
        run = parse_model_id(model).model
        if Path(run).is_absolute():
            rights.append(Right(run, "a recorded run whose answers would be read"))
    return [*rights, *addresses(spec.asked_models), *tool_servers(spec.cards)]


def rights_to_begin(spec: RunSpec) -> list[Right]:
    """What a run of this person asks for before it begins.

    Raises ConfigurationError where it asks for what there is not.
    """
    return [
        *addresses(spec.asked_models),
        *tool_servers(spec.cards),
        *passwords(spec.databases),
    ]


def rights_to_go_on(spec: RunSpec, folder: Path, past: Sequence[Event]) -> list[Right]:
    """What going on by a spec asks for, from the past of the run in a folder.

    Raises ConfigurationError as `rights_of_foreign` does.
    """
    if is_made_here(folder, past):
        # Taken up once it counts as made here, and a password may have been set since.
        return [*addresses(spec.asked_models), *passwords(spec.databases)]
    return rights_of_foreign(spec, past)


def rights_to_continue(spec: RunSpec | None, folder: Path, past: Sequence[Event]) -> list[Right]:
    """What going on after the delivery asks for, by a spec of this person's own or, as long as there is
    none, by any. Raises ConfigurationError as `rights_of_foreign` does."""
    own = [] if spec is None else rights_to_begin(spec)
    if is_made_here(folder, past):
        return own
    return rights_of_foreign(spec, past) if spec else [MADE_BY_OTHERS]


def require(rights: Iterable[Right], allowed: Collection[str]) -> None:
    """Raises ConsentNeeded unless all that is asked for is allowed."""
    missing = [right for right in rights if right.value not in allowed]
    if missing:
        raise ConsentNeeded(missing)


def typed(models: Iterable[str | None]) -> None:
    """Know the addresses and files of models that a person typed: they may be asked, and get their key."""
    for model in models:
        if model and (origin := _origin(parse_model_id(model))):
            remember(origin, with_key=True)


def typed_databases(databases: Mapping[str, Address]) -> None:
    """Know the databases that a person typed: they get the passwords that the environment has for them."""
    for name, address in databases.items():
        for lender in lenders(name, address):
            remember(_loan(lender, address), with_key=True)


def _is_brought_in(past: Sequence[Event]) -> bool:
    return any(isinstance(event.data, EffectEnded) and event.where == SOURCE for event in past)
