"""Reading tasks from a file or a folder. Whatever is wrong is told with its file, its line and what
to do; task files are other people's, and nothing in them is believed."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from company.cards.card_files import label_of
from company.cards.problems import CardError, Problem, nearest, shown
from company.cards.validation import validate
from company.cards.yaml_file import MAX_DEPTH, Where
from company.errors import ConfigurationError
from company.lab.tasks import functions, instances, questions
from company.lab.tasks.database import database_beside
from company.lab.tasks.formats import (
    MAX_BYTES,
    MAX_YAML_BYTES,
    PACKED,
    SUFFIXES,
    Part,
    kind_of,
    parts_of,
    unpacked,
)
from company.lab.tasks.task_card import TaskCard
from company.lab.tasks.task_ids import TaskIds
from company.run_options import check_images, check_task
from warehouse.errors import PathRejected
from warehouse.paths import MAX_PICTURE_BYTES
from warehouse.plain_file import FileTooLarge, read_below

MOST_TASKS = 100_000
IN_FOLDERS = ((".yaml", ".yml"), (".json", ".jsonl"))
"""What is read of a folder: the files of the first of these kinds that it holds."""


class _TaskList(BaseModel):
    """A YAML file of several tasks."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    tasks: list[TaskCard]


def read_tasks(
    path: Path,
    *,
    only: Sequence[str] = (),
    limit: int | None = None,
    below: Path | None = None,
) -> list[TaskCard]:
    """The tasks of a file (.csv, .json, .jsonl, .yaml, .txt, also packed as .gz) or of every YAML file in a folder, in
    order; of a folder without one, of its JSON.

    `only` names the ids that are wanted, `limit` how many at most. The images of a task come back
    as paths that can be opened from here. No link is followed on the way from `below`, which is by
    default the folder that `path` is or lies in. Raises ConfigurationError, with every problem found.
    """
    folder = path if path.is_dir() else path.parent
    parts = [part for file in _files(path) for part in _read(file, below or folder)]
    if not any(part.tasks() or part.is_list for part in parts):
        raise CardError([Problem(label_of(path), 1, "holds no tasks")])
    cards: list[TaskCard] = []
    problems = _unfit_texts(parts)
    if not problems:
        _give_ids(parts)
        for part in parts:
            new_cards, faults = _checked(part, folder)
            cards += new_cards
            problems += faults
    problems += _repeated_ids(parts)
    if problems:
        raise CardError(sorted(problems))
    if not cards:
        raise CardError([Problem(label_of(path), 1, "holds no tasks")])
    chosen = _chosen(cards, only)[:limit]
    _require_repositories(chosen)
    return chosen


def _files(path: Path) -> list[Path]:
    """The files to read. Raises ConfigurationError where there is nothing that can be read."""
    label = label_of(path)
    if not path.exists():
        raise ConfigurationError(f"There is no file and no folder {label}.")
    if not path.is_dir():
        if kind_of(path) not in SUFFIXES:
            kinds = ", ".join(SUFFIXES)
            raise ConfigurationError(
                f"{label} is no file of tasks: its name must end in {kinds}, or in one of these and {PACKED}."
            )
        return [path]
    try:
        names = sorted(each for each in path.iterdir() if not each.name.startswith("."))
    except OSError as error:
        raise ConfigurationError(f"The folder {label} cannot be read: {error.strerror}.") from None
    if questions.holds_questions(path):
        return [path / questions.USUAL]
    for suffixes in IN_FOLDERS:
        if files := [each for each in names if kind_of(each) in suffixes]:
            return files
    raise ConfigurationError(f"There is no .yaml file in the folder {label}.")


def _read(path: Path, below: Path) -> list[Part]:
    file, suffix = label_of(path), kind_of(path)
    most = MAX_YAML_BYTES if suffix in (".yaml", ".yml") else MAX_BYTES
    try:
        content = read_below(below, path.relative_to(below).as_posix(), most)
        if path.suffix.lower() == PACKED:
            content = unpacked(content, most)
    except FileTooLarge:
        fault = f"is larger than {most // 1024**2} MB; split it into several files"
        raise CardError([Problem(file, 1, fault)]) from None
    except (OSError, EOFError, zlib.error):
        raise CardError([Problem(file, 1, "cannot be unpacked: it is no gzip file")]) from None
    except PathRejected as error:
        raise CardError([Problem(file, 1, f"cannot be read: {error}")]) from None
    parts = parts_of(suffix, content, file)
    if len(parts) > MOST_TASKS:
        fault = f"holds more than {MOST_TASKS:,} tasks; split it into several files"
        raise CardError([Problem(file, 1, fault)])
    return [_as_task(part, place, path.parent) for place, part in enumerate(parts)]


def _as_task(part: Part, place: int, folder: Path) -> Part:
    """What a set of somebody else's holds in this place, as a task of ours."""
    data = part.document.data
    if part.is_list:
        return part
    if instances.is_instance(data):
        data = instances.as_task(data, folder)
    elif questions.is_question(data):
        data = questions.as_task(data, place, folder)
    elif functions.is_problem(data):
        data = functions.as_task(data)
    return replace(part, document=replace(part.document, data=data))


def _unfit_texts(parts: Sequence[Part]) -> list[Problem]:
    """What no text or number of a task may be, however deep it lies."""
    return [
        part.document.problem(where, fault)
        for part in parts
        for where, fault in _unfit(part.document.data, ())
    ]


def _unfit(value: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if len(where) > MAX_DEPTH:
        yield where, f"is nested deeper than {MAX_DEPTH} levels"
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _unfit(key, where)
            yield from _unfit(item, (*where, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _unfit(item, (*where, place))
    elif isinstance(value, str):
        if "\x00" in value:
            yield where, "holds a NUL character, which no text has; take it out"
        elif any("\ud800" <= character <= "\udfff" for character in value):
            yield where, "holds half of a character (a lone surrogate); take it out"
    elif isinstance(value, float) and not isfinite(value):
        yield where, "holds a number that is too large"


def _give_ids(parts: Sequence[Part]) -> None:
    """Name the tasks that have no id yet, in their order."""
    ids = TaskIds()
    for part in parts:
        for _, data in part.tasks():
            task_id, prompt = data.get("id"), data.get("prompt")
            if isinstance(task_id, str):
                if part.names_are_ids:
                    ids.take(task_id)
                else:
                    data["id"] = ids.from_name(task_id)
            elif task_id is None:
                data["id"] = ids.from_prompt(prompt if isinstance(prompt, str) else "")


def _checked(part: Part, folder: Path) -> tuple[list[TaskCard], list[Problem]]:
    """The tasks of a part, or what is wrong with them."""
    document = part.document
    try:
        if part.is_list:
            cards = validate(_TaskList, document).tasks
        else:
            cards = [validate(TaskCard, document)]
    except CardError as error:
        return [], list(error.problems)
    settled: list[TaskCard] = []
    problems: list[Problem] = []
    for (where, _), card in zip(part.tasks(), cards, strict=True):
        try:
            settled.append(_settled(card, folder))
        except ConfigurationError as error:
            problems.append(document.problem((*where, "prompt"), str(error)))
        except _Unusable as error:
            problems.append(document.problem((*where, error.key), str(error)))
    return settled, problems


def _settled(card: TaskCard, folder: Path) -> TaskCard:
    """The task as a company can be given it."""
    for name in card.images:
        _check_picture(folder, name)
    pictures = [folder / image for image in card.images]
    check_images(pictures)
    return card.model_copy(
        update={
            "prompt": check_task(card.prompt),
            "images": [str(picture) for picture in pictures],
            "databases": _databases(card, folder),
            "repository": card.repository and card.repository.settled(folder),
        }
    )


class _Unusable(Exception):
    """Why what a key of a task names cannot be taken."""

    def __init__(self, key: str, fault: str) -> None:
        super().__init__(fault)
        self.key = key


def _check_picture(folder: Path, name: str) -> None:
    """A task file may come from anybody, and pictures go to a provider: no link is followed to one."""
    try:
        read_below(folder, name, MAX_PICTURE_BYTES)
    except PathRejected as error:
        named = f"picture {shown(name)} in {label_of(folder)}"
        missing = not (folder / name).exists()
        fault = f"there is no {named}" if missing else f"the {named} cannot be taken: {error}"
        raise _Unusable("images", fault) from None


def _databases(card: TaskCard, folder: Path) -> dict[str, str]:
    try:
        return {name: database_beside(folder, place) for name, place in card.databases.items()}
    except ConfigurationError as fault:
        raise _Unusable("databases", str(fault)) from None


def _repeated_ids(parts: Sequence[Part]) -> list[Problem]:
    """Ids that are there twice; two that differ in letter case would be one folder somewhere."""
    first: dict[str, Problem] = {}
    problems = []
    for part in parts:
        for where, data in part.tasks():
            name = data.get("id")
            if not isinstance(name, str):
                continue
            problem = part.document.problem((*where, "id"), "")
            if (earlier := first.setdefault(name.lower(), problem)) is not problem:
                fault = (
                    f"the id {shown(name)} is taken, first in {earlier.file}:{earlier.line};"
                    " give one of the two another"
                )
                problems.append(Problem(problem.file, problem.line, fault))
    return problems


def _chosen(cards: list[TaskCard], only: Sequence[str]) -> list[TaskCard]:
    known = {card.id for card in cards}
    for name in only:
        if name not in known:
            raise ConfigurationError(f"There is no task {shown(name)}{nearest(name, known)}")
    return [card for card in cards if not only or card.id in only]


def _require_repositories(cards: Sequence[TaskCard]) -> None:
    """Raises ConfigurationError where the repository of a task is not there."""
    for card in cards:
        if card.repository is not None:
            card.repository.require(card.id)
