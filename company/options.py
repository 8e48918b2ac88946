"""What may be said of a run, each option declared once and beside its type. A new one is a line here.

The command line's options, the arguments of a child process, `fork --set` and the settings of a
condition are derived from these declarations. `--help` waits for this module: nothing is imported
here that checks a value, which is the work of the models of `company.run_options`. They inherit
these fields, and say what a field has for its default that has none here.
"""

from collections.abc import Iterator
from inspect import get_annotations
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, TypeGuard, get_args, get_origin

from warehouse.sandbox.registry import AUTO, SETTLED

HIGHEST_SEED = 2**31 - 1
ToolRule = Literal["always", "ask", "never"]
"""Whether calls of a tool may be made: yes, where a person says so each time, or not at all."""


class Option(NamedTuple):
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
    path: Literal["file", "folder", "program"] = "file"
    """A program may also lie at an address."""
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


def _own(flag: str, metavar: str, help_: str, default: str = "", noun: str = "value") -> Option:
    """What is a run's own: neither a fork nor a condition of an experiment changes it."""
    return Option(flag, metavar, help_, default, noun, overridable=False, varied=False)


class RunChoices:
    """Who works on it."""

    company: Annotated[
        str, Option("--company", "NAME|FILE", "Who works.", "one that suits the model")
    ] = ""
    chain: Annotated[
        str, Option("--chain", "NAME", "Another order of phases than the company's own.")
    ] = ""
    customer: Annotated[
        bool, Option("--customer", "", "Let a simulated customer try what is delivered.")
    ] = False
    model: Annotated[
        str, Option("--model", "ID", "PROVIDER:MODEL for every role.", "what is there")
    ] = ""
    role_models: Annotated[dict[str, str], _own("--role-model", "ROLE=ID", "A model for one role.")]


class RunSource:
    """What it begins with, and what it must come to."""

    check: Annotated[
        tuple[Path, ...],
        Option(
            "--check", "FILE", "Acceptance checks: commands, and what a right program makes of them.",
            varied=False,
        ),
    ] = ()  # fmt: skip

    source: Annotated[
        str | None,
        Option(
            "--from",
            "DIR|URL|BUNDLE",
            "An existing program to go on from.",
            path="program",
            varied=False,
        ),
    ]
    commit: Annotated[
        str,
        Option("--commit", "REV", "The commit of it to begin at.", "what lies there", varied=False),
    ] = ""
    include_untracked: Annotated[
        bool,
        Option(
            "--include-untracked", "", "Take what git neither tracks nor ignores.", varied=False
        ),
    ] = False
    no_baseline: Annotated[
        bool,
        Option("--no-baseline", "", "Do not run its tests before the first phase.", varied=False),
    ] = False


class Settings:
    """How it is done. A run is given these as they are said, and its journal holds them."""

    name: Annotated[str, _own("--name", "", "What to call the run.", "the task's first words")] = ""
    experiment: Annotated[str, _own("--experiment", "NAME", "What the run belongs to.")] = ""
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
    human_roles: Annotated[frozenset[str], _own("--human", "ROLE", "A role you play yourself.")]
    approve: Annotated[
        dict[str, ToolRule],
        _own(
            "--approve", "TOOL=RULE", "Calls of a tool: always, ask (you) or never; * for all.",
            "the company's, mostly always", "rule",
        ),
    ]  # fmt: skip
    acceptance: Annotated[
        str,
        Option(
            "--acceptance", "", "Whether what the task says to the letter is tried out.",
            "the company's, mostly none", "word", choices=("quoted", "none"), overridable=False,
        ),
    ]  # fmt: skip
    images: Annotated[
        tuple[Path, ...], _own("--image", "FILE", "A picture that belongs to the task.")
    ]
    databases: Annotated[
        dict[str, Any],
        _own(
            "--database",
            "NAME=URL",
            "A database that roles may ask and never change: a URL or a path.",
            noun="database",
        ),
    ]
    knowledge: Annotated[
        tuple[Path, ...],
        Option(
            "--knowledge", "DIR", "A folder of documents that roles may look things up in.",
            noun="folder", path="folder", overridable=False, varied=False,
        ),
    ]  # fmt: skip
    embeddings: Annotated[
        str,
        _own("--embeddings", "ID", "A model of your own that ranks what is looked up, too."),
    ]
    attached: Annotated[
        tuple[Path, ...],
        _own("--attach", "FILE", "A picture, text, table or PDF that belongs to the task."),
    ]


class Limits:
    """What it may cost, which begins anew in a fork; `RunLimits` says within which bounds."""

    usd: Annotated[
        float | None,
        _own("--budget", "USD", "Stop before USD dollars are spent.", noun="limit"),
    ]
    tokens: Annotated[
        int | None,
        _own("--max-tokens", "N", "Stop before N tokens, both ways, are used.", noun="limit"),
    ]
    calls: Annotated[int | None, _own("--max-calls", "N", "Stop before call N + 1.", noun="limit")]
    seconds: Annotated[
        float | None, _own("--max-seconds", "S", "Stop after S seconds.", noun="limit")
    ]


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
