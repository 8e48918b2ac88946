"""A run spec: everything a run is given, settled before it begins and frozen into its journal."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    InstanceOf,
    PlainSerializer,
    StringConstraints,
    model_validator,
)
from pydantic.dataclasses import dataclass as checked

from company.acceptance.check_card import CheckCard, as_data
from company.acceptance.quoted import quoted_checks
from company.cards.company_card import RunLimits
from company.cards.gathering import GatheredCards
from company.cards.problems import shown
from company.cards.validation import validate
from company.cards.yaml_file import YamlDocument
from company.documents.document import Document
from company.documents.library import Library
from company.errors import ConfigurationError
from company.models.model_id import capabilities
from company.models.prices import require_price
from company.run_options import RunSettings
from warehouse.data.address import BadAddress
from warehouse.journal.journal import SCHEMA

HEAD = frozenset(["schema", "softhouse", "run", "chain", "model", "seal"])
"""What `run.started` holds beside the spec: who wrote it, and what can be read off the rest."""
ALWAYS = frozenset(["name", "seed", "sandbox", "limits", "human_roles"])
"""Settings that every journal holds. A run without them would not be gone on with as it was."""
NO_EYES = (
    "{model}, the model of {role}, takes no pictures, and no role of {company} has one that does:"
    " {pictures} would not be seen. Give one role a model with eyes, which describes them to the"
    " others (--role-model {role}=openai:gpt-5.4-mini), or leave the pictures out. If the model does"
    " see, say `images: true` among its provider's capabilities in your providers.yaml."
)
READ = "read"
"""The tool that shows documents."""
QUERY = "query"
"""The tool that asks databases; who lacks it is not told of them."""
LOOKUP = "lookup"
"""The tool that looks things up in documents; who lacks it is shown what fits the task best."""
NO_ASKER = (
    "No role of {company} can ask the databases {named}. Choose a company whose roles can, such as --company"
    " ask, or give one of its roles `tools: [tables, schema, query]`."
)
NO_DATABASE = "The company {company} builds for a database: name it by --database FILE or --database URL (docs/data.md)."
NO_READER = (
    "No role of {company} can read what is attached: {named}. Choose a company whose roles have tools,"
    " such as --company agent, or give one of its roles `tools: [list, read, search]`."
)


FileName = Annotated[str, StringConstraints(pattern="^[^/]+$")]
"""Never a way to some other file of this machine."""


@checked(frozen=True)
class Task:
    """What the customer wants. `images` and `documents` are file names under the run's `attachments/`."""

    text: str
    images: tuple[FileName, ...] = ()
    source: str | None = None
    documents: tuple[FileName, ...] = ()
    commit: str = ""
    """The commit of the source that the work begins at, as a person calls it; empty for what lies there."""
    include_untracked: bool = False
    """Whether files of the source come in that git neither tracks nor ignores."""


class RunSpec(RunSettings):
    """One company, one task, and all that decides the outcome; aliases are the journal's keys."""

    model_config = ConfigDict(strict=True, validate_by_name=True)

    task: Task
    cards: GatheredCards = Field(alias="company")
    models: dict[str, str] = Field(alias="role_models")
    """Role name → model id."""
    acceptance: Literal["none", "quoted"] = Field(
        default="none", exclude_if=lambda word: word == "none"
    )
    windows: dict[str, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict, exclude_if=lambda windows: not windows
    )
    """Model id → tokens that prompt and reply may have together, as its server told before the run;
    0 where it told none and may have more than it is taken for."""
    eyes: dict[str, bool] = Field(default_factory=dict, exclude_if=lambda eyes: not eyes)
    """Model id → whether it takes pictures, as known when the run was given some. Empty where it was
    given none, and in runs of before that was asked, whose prompts stay as they were."""
    native_tools: Annotated[frozenset[str], Field(strict=False), PlainSerializer(sorted)] = Field(
        default=frozenset(), exclude_if=lambda models: not models
    )
    """The model ids that call tools in their own protocol; runs of before that was asked have none."""
    baseline: bool = Field(default=False, exclude_if=lambda baseline: not baseline)
    """Whether a program that is brought in is checked as it came, and later against that; it is not in
    runs of before that was done."""

    checks: Annotated[tuple[CheckCard, ...], Field(strict=False), PlainSerializer(as_data)] = Field(
        default=(), exclude_if=lambda checks: not checks
    )
    """The acceptance checks by which it is decided whether the product works."""

    documents: Annotated[tuple[Document, ...], Field(exclude=True)] = ()
    """Those of the task until the run has them in its folder; no journal holds them."""
    library: Annotated[InstanceOf[Library] | None, Field(exclude=True)] = None
    """What the folders of knowledge hold, where that was read already; no journal holds it."""

    @model_validator(mode="after")
    def _has_a_model_for_everyone(self) -> Self:
        for name, role in self.cards.roles.items():
            if not role.human and name not in self.models:
                raise ValueError(f"it names no model for the role {shown(name)}")
        return self

    def require_prices(self, *limits: RunLimits | None) -> None:
        """Raises ConfigurationError where one of the limits is in dollars, and a price is unknown."""
        if any(each is not None and each.usd is not None for each in limits):
            asked = {m for r, m in self.models.items() if r not in self.human_roles}
            for model in sorted((asked | self.cards.swapped_models | {self.embeddings}) - {""}):
                require_price(model)

    def with_quoted_checks(self) -> Self:
        """This spec, with what its task says to the letter among its checks, if that is to be tried."""
        if self.acceptance != "quoted":
            return self
        checks = (*self.checks, *quoted_checks(self.task.text))
        return self.model_copy(update={"checks": checks})

    def with_eyes(self) -> Self:
        """This spec, knowing which of its models see the pictures of its task, if it has some.

        Raises ConfigurationError where a role would have to look at them, and no model can.
        """
        if not self.task.images:
            return self
        eyes = {model: capabilities(model).images for model in sorted(self.speaking_models)}
        phases = [phase for phase in self.cards.phases.values() if "images" in phase.sees]
        lookers = {phase.talk.assistant for phase in phases if phase.talk} - self.human_roles
        blind = sorted(role for role in lookers if not eyes.get(self.models.get(role, ""), True))
        spec = self.model_copy(update={"eyes": eyes})
        if blind and not spec.sighted():
            raise ConfigurationError(
                NO_EYES.format(
                    model=self.models[blind[0]],
                    role=blind[0],
                    company=self.cards.company.name,
                    pictures=", ".join(map(shown, self.task.images)),
                )
            )
        return spec

    def with_readers(self) -> Self:
        """This spec. Raises ConfigurationError where its task has documents that nobody can read, or it
        has databases that nobody can ask."""
        company = self.cards.company.name
        if self.task.documents and READ not in self.tools:
            named = ", ".join(map(shown, self.task.documents))
            raise ConfigurationError(NO_READER.format(company=company, named=named))
        if self.databases and not (self.asks_databases or self.copies_databases):
            named = ", ".join(self.databases)
            raise ConfigurationError(NO_ASKER.format(company=company, named=named))
        return self

    def require_databases(self) -> None:
        """Raises ConfigurationError where its company builds for a database, and none is named."""
        if self.copies_databases and not self.databases:
            raise ConfigurationError(NO_DATABASE.format(company=self.cards.company.name))

    @property
    def tools(self) -> frozenset[str]:
        """The names of all tools that somebody has who delivers something."""
        talks = [phase.talk for phase in self.cards.phases.values() if phase.talk]
        return frozenset(name for talk in talks for name in self.cards.roles[talk.assistant].tools)

    @property
    def asks_databases(self) -> bool:
        """Whether some role can ask them."""
        return QUERY in self.tools

    @property
    def copies_databases(self) -> bool:
        """Whether some phase copies their schema."""
        return any(phase.run == "copy" for phase in self.cards.phases.values())

    @property
    def writes_a_program(self) -> bool:
        """Whether some phase is to write files; else the company answers in words."""
        return bool(self.yielded & {"files", "passage", "document"})

    @property
    def only_decides(self) -> bool:
        """Whether what comes of it is a decision, and nothing that could be tried or looked up."""
        return self.yielded == {"decision"} and not self.tools

    @property
    def answers_questions(self) -> bool:
        """Whether what comes of it is an answer from databases, and no program."""
        return self.asks_databases and not self.writes_a_program

    @property
    def reports_an_analysis(self) -> bool:
        """Whether some phase is to report what databases answered, with the rows as files."""
        return "analysis" in self.yielded

    @property
    def yielded(self) -> frozenset[str]:
        """The kinds of what its phases are to deliver."""
        phases = self.cards.phases.values()
        return frozenset(phase.yields.kind for phase in phases if phase.yields)

    @property
    def speaking_models(self) -> frozenset[str]:
        """The ids of all models that may speak for a role."""
        return frozenset(self.models.values()) | self.cards.swapped_models

    @property
    def asked_models(self) -> frozenset[str]:
        """The ids of all models that may be asked."""
        return self.speaking_models | frozenset([self.embeddings] if self.embeddings else [])

    def sighted(self) -> list[str]:
        """The roles whose models take pictures, in the order of the cards."""
        return [
            role
            for role, model in self.models.items()
            if self.eyes.get(model) and role not in self.human_roles
        ]

    def frozen(self, run: str) -> dict[str, Any]:
        """As `run.started` holds it."""
        from importlib.metadata import version

        return {
            "schema": SCHEMA,
            "softhouse": version("softhouse"),
            "run": run,
            "chain": self.cards.company.chain,
            "model": main_model(self.models),
            **self.model_dump(mode="json", by_alias=True),
        }

    @classmethod
    def thaw(cls, data: Mapping[str, Any]) -> Self:
        """The spec again, from `run.started`, which anyone may have edited.

        Raises ConfigurationError for what is unknown here, missing, or not what it should be.
        """
        if missing := ALWAYS - data.keys():
            raise ConfigurationError(f"it does not say its {min(missing)}")
        settings = {key: value for key, value in data.items() if key not in HEAD}
        if unknown := settings.keys() - {f.alias or name for name, f in cls.model_fields.items()}:
            raise ConfigurationError(f"it orders {shown(min(unknown))}, which is not known here")
        try:
            return validate(cls, YamlDocument("the run spec in the journal", settings, {}))
        except BadAddress as fault:
            raise ConfigurationError(f"it names a database wrongly: {fault}") from None


def native_callers(cards: GatheredCards, models: Mapping[str, str]) -> frozenset[str]:
    """The models of roles with tools that call these in their own protocol."""
    hands = (role.name for role in cards.roles.values() if role.tools and role.name in models)
    return frozenset(model for model in map(models.__getitem__, hands) if capabilities(model).tools)


def main_model(models: Mapping[str, str]) -> str:
    """The model most roles speak with."""
    counts = list(models.values())
    return max(counts, key=counts.count) if counts else "none"
