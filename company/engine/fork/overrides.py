"""Overrides: changing a spec by KEY=VALUE: a model, a prompt, a chain, a seed, any field of any card.

Keys are dotted, in the words of the cards:

    model=openai:gpt-5.4-mini              every role's model
    models.programmer=local:...            one role's model
    seed=7    sandbox=bubblewrap
    chain=waterfall                        another chain, by name or file
    loops.review.max=5                     a loop of any chain, by its name
    graphs.network.topology=mesh           a graph of any chain, by its name
    directs.directing.max=20               a directed step of any chain, by its name
    parts.programmers.max=2                an `each` step of any chain, by its name
    phases.coding.prompt=@coding.txt       a field of a phase, here from a file
    roles.programmer.temperature=0.9       a field of a role
    company.culture="You are in a hurry."  a field of the company
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from company.cards.card_files import SUFFIXES, CardFile, Kind, expanded
from company.cards.catalogue import Cards
from company.cards.check import check_company
from company.cards.gathering import GatheredCards
from company.cards.problems import CardError, nearest, shown
from company.cards.yaml_file import parse_yaml
from company.errors import ConfigurationError
from company.models.model_id import parse_model_id
from company.options import Declared
from company.run_options import OVERRIDABLE, parsed
from company.spec import RunSpec, main_model, native_callers
from phases.steps.registry import STEPS

Json = dict[str, Any]

NAMED_STEPS = {step.set_key: kind for kind, step in STEPS.items() if step.set_key}
"""Keys that speak of steps by their names, and the kind of those steps."""
KEYS = (
    "model", "models", *OVERRIDABLE, "chain", *NAMED_STEPS, "phases", "roles", "company",
)  # fmt: skip
WITH_NAMES = ("models", *NAMED_STEPS, "phases", "roles", "company")
"""Keys that are followed by a name."""
LONGEST_FILE = 256 * 1024
"""Bytes of a prompt's file."""
WHOLE_FIRST = ("chain", "model")
"""Keys that speak of all parts; those of single parts come after them, however they are given."""
SETTLED = {
    ("company", "role_models"): "models.ROLE=ID",
    ("company", "defaults", "model"): "model=ID",
    ("company", "defaults", "sandbox"): "sandbox=NAME",
    ("company", "defaults", "acceptance"): "acceptance=quoted of a study, or --acceptance",
    ("company", "defaults", "limits"): "--max-calls, --max-tokens, --max-seconds or --budget",
}
"""Fields of cards that are looked at only when a run begins, and what changes the same later."""


def overridden(spec: RunSpec, overrides: Mapping[str, str], cards: Cards) -> RunSpec:
    """The spec with every override made; all that was not named is as it was.

    `cards` is where a chain, and roles and phases the company did not use before, are found.
    Raises ConfigurationError, naming the key and the nearest valid word.
    """
    draft = _Draft(spec, cards)
    for key in sorted(overrides, key=_rank):
        draft.change(key, overrides[key])
    return draft.spec()


def names_model(key: str) -> bool:
    """Whether the value of a key is a model's id."""
    return key.partition(".")[0] in ("model", "models")


def _rank(key: str) -> int:
    return WHOLE_FIRST.index(key) if key in WHOLE_FIRST else len(WHOLE_FIRST)


def pairs(arguments: Iterable[str]) -> dict[str, str]:
    """KEY → VALUE, from `KEY=VALUE`. Raises ConfigurationError where it is not that."""
    overrides: dict[str, str] = {}
    for pair in arguments:
        key, equals, value = pair.partition("=")
        if not (key.strip() and equals):
            raise ConfigurationError(
                f"--set {shown(pair)} is not KEY=VALUE, as in seed=7 or models.programmer=ID."
            )
        overrides[key.strip()] = value
    return overrides


class _Draft:
    """A spec while it is being changed."""

    def __init__(self, spec: RunSpec, cards: Cards) -> None:
        self._spec = spec
        self._cards = cards
        self._models = dict(spec.models)
        frozen = spec.cards.frozen()
        self._company: Json = frozen["company"]
        self._drafts: dict[Kind, dict[str, Json]] = {
            "role": frozen["roles"],
            "phase": frozen["phases"],
            "chain": frozen["chains"],
        }

    def change(self, key: str, value: str) -> None:
        head, *inside = key.split(".")
        if head not in KEYS:
            raise ConfigurationError(f"--set {shown(key)}: unknown key{nearest(head, KEYS)}")
        if bool(inside) != (head in WITH_NAMES):
            example = "models.programmer=ID" if head == "models" else f"{head}.NAME.FIELD=VALUE"
            raise ConfigurationError(
                f"--set {shown(key)} takes {'no further name' if inside else f'more, as in {example}'}."
            )
        _refuse_what_is_settled(key)
        match head:
            case "model":
                self._models = dict.fromkeys(self._models, value)
            case "models":
                self._role_model(".".join(inside), value)
            case "chain":
                self._chain(value)
            case "phases":
                self._card("phase", inside, value)
            case "roles":
                self._card("role", inside, value)
            case "company":
                _set(self._company, inside, value, key)
            case _ if head in NAMED_STEPS:
                self._named_step(head, inside, value)
            case _:
                self._setting(OVERRIDABLE[head], value)

    def spec(self) -> RunSpec:
        """The changed spec. Raises CardError where the changed cards do not fit together."""
        name = self._company["name"]
        for kind, drafts in self._drafts.items():
            for card, data in drafts.items():
                self._cards.put(kind, card, data, f"{kind} {card}, as changed")
        self._cards.put("company", name, self._company, f"company {name}, as changed")
        problems = check_company(self._cards, name)
        if problems:
            raise CardError(problems)
        company = self._cards.load(name)
        staff = self._staff(company)
        # Of models that spoke before, past prompts say how they call tools.
        new = native_callers(company, staff) - set(self._spec.models.values())
        native = self._spec.native_tools | new
        fitting = {"cards": company, "models": staff, "native_tools": native}
        changed = self._spec.model_copy(update=fitting)
        # Runs of before that was asked go on without an answer.
        return changed.with_eyes() if changed.eyes else changed

    def _staff(self, company: GatheredCards) -> dict[str, str]:
        """Every role's model; who is new speaks with what most of the others speak with."""
        short = company.company.models
        others = main_model(self._models)
        staff = {}
        for name, role in company.roles.items():
            if role.human:
                continue
            own = None if role.model == "default" else role.model
            model = self._models.get(name, own or others)
            staff[name] = short.get(model, model)
            parse_model_id(staff[name])
        return staff

    def _role_model(self, role: str, value: str) -> None:
        known = self._drafts["role"]
        if role not in known:
            raise ConfigurationError(f"--set models.{role}: unknown role{nearest(role, known)}")
        self._models[role] = value

    def _setting(self, each: Declared, value: str) -> None:
        try:
            known = parsed(each, value if each.type is str else value_of(value))
        except ConfigurationError as error:
            raise ConfigurationError(f"--set {each.name}={shown(value)}: {error}") from None
        self._spec = self._spec.model_copy(update={each.name: known})

    def _chain(self, value: str) -> None:
        if value.endswith(SUFFIXES):
            path = expanded(value)
            self._cards.of("chain")[path.stem] = CardFile.at("chain", path)
            self._drafts["chain"].pop(path.stem, None)
            value = path.stem
        if value not in self._cards.of("chain"):
            known = self._cards.of("chain")
            raise ConfigurationError(f"--set chain={shown(value)}: unknown{nearest(value, known)}")
        self._company["chain"] = value

    def _named_step(self, key: str, path: list[str], value: str) -> None:
        name, *inside = path
        kind = NAMED_STEPS[key]
        if self._company["chain"] not in self._drafts["chain"]:
            self._adopt("chain", self._company["chain"])
        steps: dict[str, list[Json]] = {}
        for chain in self._drafts["chain"].values():
            for step in _of_kind(kind, chain["steps"]):
                steps.setdefault(step["name"], []).append(step)
        if name not in steps:
            message = f"unknown {STEPS[kind].noun}{nearest(name, steps)}"
            raise ConfigurationError(f"--set {key}.{name}: {message}")
        for step in steps[name]:
            _set(step, inside, value, f"{key}.{name}")

    def _card(self, kind: Kind, path: list[str], value: str) -> None:
        name, *inside = path
        if name not in self._drafts[kind]:
            self._adopt(kind, name)
        _set(self._drafts[kind][name], inside, value, f"{kind}s.{name}")

    def _adopt(self, kind: Kind, name: str) -> None:
        """Take a card the company did not use before from the catalogue."""
        self._drafts[kind][name] = deepcopy(self._cards.read(kind, name)[1].data)


def _refuse_what_is_settled(key: str) -> None:
    """Raises ConfigurationError for a field that would be changed and never be looked at again."""
    path = tuple(key.split("."))
    instead = next((SETTLED[path[:n]] for n in range(len(path) + 1) if path[:n] in SETTLED), None)
    match path:
        case ("roles", role, "model", *_):
            instead = f"models.{role}=ID"
        case ("roles" | "phases", _, "name", *_):
            raise ConfigurationError(f"--set {shown(key)}: a card keeps its name.")
    if instead is not None:
        raise ConfigurationError(
            f"--set {shown(key)} would change nothing: it is settled when a run begins. "
            f"Say {instead} instead."
        )


def _set(card: Json, path: list[str], text: str, key: str) -> None:
    """Set a field, also one inside another. Whether it may be so is for the card's schema to say."""
    if not path or not all(path):
        raise ConfigurationError(f"--set {key} names no field, as in {key}.title=…")
    *outer, last = path
    place = card
    for part in outer:
        inner = place.get(part)
        place[part] = inner if isinstance(inner, dict) else {}
        place = place[part]
    place[last] = value_of(text)


def value_of(text: str) -> Any:
    """What a value that a person typed means: `@FILE` is that file's text, anything else is YAML where it can be."""
    if text.startswith("@"):
        return _text_of(expanded(text[1:]))
    try:
        return parse_yaml(f"value: {text}".encode(), "value").data["value"]
    except (CardError, KeyError):
        return text


def _text_of(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise ConfigurationError(f"{path} cannot be read: it is no plain file.")
        with path.open("rb") as file:
            content = file.read(LONGEST_FILE + 1)
        if len(content) > LONGEST_FILE:
            raise ConfigurationError(f"{path} is larger than {LONGEST_FILE // 1024} kB.")
        return content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigurationError(f"{path} cannot be read: {reason}.") from None


def _of_kind(kind: str, steps: Iterable[Any]) -> Iterator[Json]:
    """The steps of a kind among others in their YAML form, those inside of steps included."""
    for step in steps:
        if not isinstance(step, dict):
            continue
        (name, about), *_ = step.items()
        if name == kind:
            yield about
        for key in STEPS[name].holds if name in STEPS and isinstance(about, dict) else ():
            yield from _of_kind(kind, about.get(key, ()))
