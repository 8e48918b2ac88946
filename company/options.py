"""What may be said of a run, each option declared once and beside its type. A new one is a line here.

The command line's options, the arguments of a child process, `fork --set` and the settings of a
condition are derived from these declarations. `--help` waits for this module: nothing is imported
here that checks a value, which is the work of `company.run_options`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import get_annotations
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, TypeGuard, get_args, get_origin

from warehouse.sandbox.registry import AUTO, SETTLED

HIGHEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Option:
    """What a field is called where people say it, beside what its type tells."""

    flag: str
    """As on the command line: `--max-tokens`."""
    metavar: str
    help: str
    default: str = ""
    """What holds where nothing is said, in words."""
    noun: str = "value"
    """What it is called in a sentence."""
    choices: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    """Words that are said for one of the choices, which is made before a run begins."""
    bounds: tuple[int, int] | None = None
    path: Literal["file", "folder"] = "file"
    overridable: bool = True
    """Whether a fork may change it."""
    varied: bool = True
    """Whether the conditions of an experiment may differ in it, and a batch may set it."""


class Declared(NamedTuple):
    """A field with the option it is said by."""

    name: str
    annotation: Any
    option: Option

    @property
    def type(self) -> Any:
        """The type of one value: without None, and of a collection that of its items."""
        bare = self._bare
        return next((each for each in get_args(bare) if each not in (NoneType, Ellipsis)), bare)

    @property
    def is_repeated(self) -> bool:
        """Whether it may be said any number of times."""
        return get_origin(self._bare) in (tuple, frozenset, dict)

    @property
    def _bare(self) -> Any:
        return get_args(self.annotation)[0]


class RunChoices:
    """Who works on it."""

    company: Annotated[
        str, Option("--company", "NAME|FILE", "Who works.", "one that suits the model")
    ] = ""
    chain: Annotated[
        str, Option("--chain", "NAME", "Another order of phases than the company's own.")
    ] = ""
    model: Annotated[
        str, Option("--model", "ID", "PROVIDER:MODEL for every role.", "what is there")
    ] = ""
    role_models: Annotated[
        dict[str, str],
        Option("--role-model", "ROLE=ID", "A model for one role.", varied=False),
    ]


class RunSource:
    """What it begins with."""

    source: Annotated[
        Path | None,
        Option("--from", "DIR", "An existing program to go on from.", path="folder", varied=False),
    ] = None


class Settings:
    """How it is done. A run is given these as they are said, and its journal holds them."""

    name: Annotated[
        str,
        Option(
            "--name", "", "What to call the run.", "the task's first words",
            overridable=False, varied=False,
        ),
    ] = ""  # fmt: skip
    experiment: Annotated[
        str,
        Option("--experiment", "NAME", "What the run belongs to.", overridable=False, varied=False),
    ] = ""
    """A label by which runs are found together."""
    sandbox: Annotated[
        str,
        Option(
            "--sandbox", "", "Where the program is run.", "the company's, mostly auto",
            noun="sandbox", choices=SETTLED, stand_ins=(AUTO,),
            varied=False,
        ),
    ] = ""  # fmt: skip
    seed: Annotated[
        int, Option("--seed", "N", "For sampling.", noun="seed", bounds=(0, HIGHEST_SEED))
    ]
    human_roles: Annotated[
        frozenset[str],
        Option("--human", "ROLE", "A role you play yourself.", overridable=False, varied=False),
    ]
    images: Annotated[
        tuple[Path, ...],
        Option(
            "--image", "FILE", "A picture that belongs to the task.", overridable=False,
            varied=False,
        ),
    ]  # fmt: skip


def _limit(flag: str, metavar: str, help_: str) -> Option:
    """A fork and the conditions of an experiment are limited anew, not changed in it."""
    return Option(flag, metavar, help_, noun="limit", overridable=False, varied=False)


class Limits:
    """What it may cost; `RunLimits` says within which bounds."""

    usd: Annotated[float | None, _limit("--budget", "USD", "Stop before USD dollars are spent.")]
    tokens: Annotated[
        int | None, _limit("--max-tokens", "N", "Stop before N tokens, both ways, are used.")
    ]
    calls: Annotated[int | None, _limit("--max-calls", "N", "Stop before call N + 1.")]
    seconds: Annotated[float | None, _limit("--max-seconds", "S", "Stop after S seconds.")]


def declared_in(model: type) -> Iterator[Declared]:
    """Every option of a class, of those it is made of, and of those in its fields."""
    for base in model.__mro__:
        for name, annotation in get_annotations(base).items():
            if is_group(annotation):
                yield from declared_in(annotation)
            options = (each for each in get_args(annotation) if isinstance(each, Option))
            yield from (Declared(name, annotation, option) for option in options)


def is_group(annotation: Any) -> TypeGuard[type[Any]]:
    """Whether a field holds a class whose fields are options of their own."""
    return isinstance(annotation, type) and issubclass(annotation, Limits)
