"""Reading tasks: every kind of file gives the same tasks, and every mistake is told by its line."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.errors import ConfigurationError
from company.lab.tasks.formats import MAX_BYTES, MAX_YAML_BYTES
from company.lab.tasks.reading import read_tasks
from company.lab.tasks.task_card import TaskCard
from warehouse.errors import SofthouseError

SRDD_LAYOUT = Path(__file__).parents[2] / "data/tasks/srdd_layout.csv"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str | bytes], Path]:
    """Writes a file into the current folder."""
    monkeypatch.chdir(tmp_path)

    def written(name: str, content: str | bytes) -> Path:
        path = Path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def complaint(path: Path, **options: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_tasks(path, **options)  # type: ignore[arg-type]
    return str(caught.value)


def ids(path: Path) -> list[str]:
    return [task.id for task in read_tasks(path)]


SAME = {
    "tasks.csv": (
        "id,prompt,category,company,images\r\n"
        'one,"Build a clock, please.",tools,solo,\r\n'
        "\r\n"
        "two,Build a lamp.,,,a.png;b.png\r\n"
    ),
    "tasks.jsonl": (
        '{"id": "one", "prompt": "Build a clock, please.", "category": "tools", "company": "solo"}\r\n'
        "\n"
        '{"id": "two", "prompt": " Build a lamp. ", "images": ["a.png", "b.png"]}'
    ),
    "tasks.yaml": (
        "tasks:\n"
        "  - {id: one, prompt: 'Build a clock, please.', category: tools, company: solo}\n"
        "  - id: two\n"
        "    prompt: |\n"
        "      Build a lamp.\n"
        "    images: [a.png, b.png]\n"
    ),
}


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_kind_of_file_gives_the_same_tasks(
    file: Callable[[str, str | bytes], Path], name: str, mark: str
) -> None:
    file("a.png", b"picture")
    file("b.png", b"picture")
    assert read_tasks(file(name, mark + SAME[name])) == [
        TaskCard(id="one", prompt="Build a clock, please.", category="tools", company="solo"),
        TaskCard(id="two", prompt="Build a lamp.", images=["a.png", "b.png"]),
    ]


def test_a_line_of_text_is_a_task(file: Callable[[str, str | bytes], Path]) -> None:
    path = file("tasks.txt", "# ideas\n\nA tip calculator\r\n   # another\n  Ein Würfelspiel \n")
    assert [(task.id, task.prompt) for task in read_tasks(path)] == [
        ("a-tip-calculator", "A tip calculator"),
        ("ein-wurfelspiel", "Ein Würfelspiel"),
    ]


def test_a_yaml_file_may_hold_one_task_with_its_checks(
    file: Callable[[str, str | bytes], Path],
) -> None:
    path = file(
        "clock.yml",
        "prompt: Build a clock.\n"
        "given: {zone.txt: UTC, now.txt: '12'}\n"
        "checks:\n"
        "  - name: it ticks\n"
        "    run: python main.py\n"
        "    stdout: {equals: tick}\n"
        "    given: {now.txt: '13'}\n",
    )
    (task,) = read_tasks(path)
    assert task.id == "build-a-clock"
    assert task.checks[0].steps[0].argv == ["python", "main.py"]
    assert task.checks[0].given == {"zone.txt": "UTC", "now.txt": "13"}


def test_a_folder_is_read_file_by_file(file: Callable[[str, str | bytes], Path]) -> None:
    file("all/b.yaml", "tasks: [{prompt: third}, {prompt: first}]")
    file("all/a.yml", "prompt: first")
    file("all/notes.txt", "no task")
    file("all/.hidden.yaml", "nonsense: true")
    assert ids(Path("all")) == ["first", "third", "first-2"]


def test_the_layout_of_srdd_is_known() -> None:
    tasks = read_tasks(SRDD_LAYOUT)
    assert [task.id for task in tasks] == ["Bean_Counter", "Bean_Counter-2", "Moon-_The_Clock"]
    assert tasks[0].prompt == "A program that counts beans, peas and lentils by colour."
    assert tasks[2].prompt == 'Shows the phase of the moon\nas a "picture" of letters.'
    assert [task.category for task in tasks] == ["Kitchen_Tool", "Kitchen_Tool", "Night_Tool"]


def test_some_tasks_can_be_asked_for(file: Callable[[str, str | bytes], Path]) -> None:
    path = file("tasks.txt", "one\ntwo\nthree\n")
    assert [task.id for task in read_tasks(path, only=["three", "one"])] == ["one", "three"]
    assert [task.id for task in read_tasks(path, limit=2)] == ["one", "two"]
    assert complaint(path, only=["tree"]) == "There is no task 'tree' — did you mean 'three'?"


@given(
    prompts=st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40), max_size=8),
    more=st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40),
)  # fmt: skip
def test_derived_ids_are_unique_and_stay_when_tasks_are_added(
    tmp_path_factory: pytest.TempPathFactory, prompts: list[str], more: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "grown.jsonl"
    fit = [f"- {prompt}" for prompt in prompts] + ["- last"]
    path.write_text("".join(json.dumps({"prompt": each}) + "\n" for each in fit))
    before = ids(path)
    with path.open("a") as end:
        end.write(json.dumps({"prompt": f"- {more}"}))
    after = ids(path)
    assert after[:-1] == before
    assert len({name.lower() for name in after}) == len(fit) + 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tasks.yaml", "tasks:\n  - id: a\n    prompt: x\n    promt: y\n",
         "tasks.yaml:4: unknown key 'promt' — did you mean 'prompt'?"),
        ("tasks.yaml", "tasks:\n  - id: a\n  - prompt: 5\n",
         "tasks.yaml:2: missing key 'prompt' in 'tasks[1]'\n"
         "tasks.yaml:3: 'tasks[2].prompt' must be text, not 5; put it in quotes"),
        ("tasks.yaml", "tasks:\n  - prompt: x\n    checks:\n      - name: c\n        run: main\n        stdot: {equals: a}\n",
         "tasks.yaml:6: unknown key 'stdot' — did you mean 'stdout'?"),
        ("tasks.yaml", "tasks:\n  - prompt: x\n    checks:\n      - name: c\n        run: main\n        stdout:\n          matches: ['(']\n",
         "tasks.yaml:7: '(' is no regular expression: missing ) at position 1"),
        ("tasks.yaml", "tasks:\n  - prompt: x\n    checks:\n      - {name: c, run: main}\n      - {name: c, run: main}\n",
         "tasks.yaml:2: two checks are called 'c': rename one of them"),
        ("tasks.yaml", "tasks:\n  - id: a\n    prompt: x\n  - id: A\n    prompt: y\n",
         "tasks.yaml:4: the id 'A' is taken, first in tasks.yaml:2; give one of the two another"),
        ("tasks.yaml", "tasks: []\n", "tasks.yaml:1: holds no tasks"),
        ("tasks.yaml", 'prompt: "a\\0b"\n',
         "tasks.yaml:1: holds a NUL character, which no text has; take it out"),
        ("tasks.yaml", "tasks:\n  - prompt: '  '\n",
         "tasks.yaml:2: The task is empty. Say in a sentence what to build: softhouse run \"a tip calculator\""),
        ("tasks.yaml", "tasks: x\n", "tasks.yaml:1: 'tasks' must be a list, not 'x'"),
        ("tasks.yaml", "task: x\n",
         "tasks.yaml:1: missing key 'prompt'\ntasks.yaml:1: unknown key 'task' — known: answer, category, chain, "
         "checks, commit, company, databases, fail_to_pass, given, id, images, model, pass_to_pass, prompt, repository, set, "
         "setup, test_files, test_patch"),
        ("tasks.yaml", "id: ../etc\nprompt: x\n",
         "tasks.yaml:1: the id '../etc' must be letters, digits, '_', '-' and '.', starting with a letter"
         " or a digit: it becomes the name of a folder"),
        ("tasks.yaml", "prompt: x\nimages: [a.png]\n",
         "tasks.yaml:2: there is no picture 'a.png' in ."),
        ("tasks.yaml", "prompt: x\nimages: [../a.png]\n",
         "tasks.yaml:2: the picture '../a.png' must lie in the task file's folder"),
        ("tasks.csv", "", "tasks.csv:1: is empty; its first row names the columns, `prompt` among them"),
        ("tasks.csv", "id,prompt\n", "tasks.csv:1: holds no tasks"),
        ("tasks.csv", "id,promt\na,x\n",
         "tasks.csv:1: unknown column 'promt' — did you mean 'prompt'?\n"
         "tasks.csv:1: has no column 'prompt'; name the columns in the first row"),
        ("tasks.csv", "prompt,Prompt\na,b\n", "tasks.csv:1: the column 'prompt' is there twice"),
        ("tasks.csv", 'id,prompt\na,"one\ntwo"\nb,x,y\n',
         "tasks.csv:4: has 3 columns, the first row has 2; put a text that holds a comma into double quotes"),
        ("tasks.csv", 'id,prompt\na,"one\ntwo"\nb,\nc,x\na,y\n',
         "tasks.csv:4: missing key 'prompt'\n"
         "tasks.csv:6: the id 'a' is taken, first in tasks.csv:2; give one of the two another"),
        ("tasks.csv", 'id,prompt\na,"one" two\n',
         "tasks.csv:2: this is not CSV: ',' expected after '\"'; a double quote inside quotes is written twice"),
        ("tasks.csv", b"prompt\na\n\xff\n", "tasks.csv:3: is not UTF-8 text; save it as UTF-8"),
        ("tasks.csv", b"prompt\na\nb\0c\n",
         "tasks.csv:3: holds a NUL character, which no text has; take it out"),
        ("tasks.jsonl", '{"prompt": "x"}\n[1]\n{"prompt": "y"\n{"prompt": "z", "prompt": "z"}\n',
         "tasks.jsonl:2: must be an object like {\"prompt\": \"…\"}, not [1]\n"
         "tasks.jsonl:3: this is not JSON: Expecting ',' delimiter\n"
         "tasks.jsonl:4: this is not JSON: the key 'prompt' is given twice"),
        ("tasks.jsonl", '{"prompt": "\\ud800"}\n',
         "tasks.jsonl:1: holds half of a character (a lone surrogate); take it out"),
        ("tasks.jsonl", '{"prompt": "x", "set": {"a": NaN}}\n',
         "tasks.jsonl:1: this is not JSON: NaN is no value JSON has"),
        ("tasks.jsonl", '{"prompt": "x", "set": {"a": 1e999}}\n',
         "tasks.jsonl:1: holds a number that is too large"),
        ("tasks.jsonl", '{"prompt": "x", "set": ' + '{"a":' * 50 + "1" + "}" * 51,
         "tasks.jsonl:1: is nested deeper than 32 levels"),
        ("tasks.jsonl", '{"prompt": "x", "tasks": []}',
         "tasks.jsonl:1: unknown key 'tasks' — did you mean 'databases'?"),
        ("tasks.txt", "\n# nothing\n", "tasks.txt:1: holds no tasks"),
        ("tasks.txt", "x" * 50_001, "tasks.txt:1: 'prompt' should have at most 50000 characters"),
        ("tasks.xlsx", "x",
         "tasks.xlsx is no file of tasks: its name must end in .csv, .json, .jsonl, .txt, .yaml, .yml, or in one of these and .gz."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_to_do(
    file: Callable[[str, str | bytes], Path], name: str, content: str | bytes, said: str
) -> None:
    assert complaint(file(name, content)) == said


def test_two_files_of_a_folder_cannot_share_an_id(
    file: Callable[[str, str | bytes], Path],
) -> None:
    file("all/a.yaml", "{id: x, prompt: one}")
    file("all/b.yaml", "tasks:\n  - {id: x, prompt: two}")
    assert complaint(Path("all")) == (
        "all/b.yaml:2: the id 'x' is taken, first in all/a.yaml:1; give one of the two another"
    )


def test_what_is_not_there_is_said(file: Callable[[str, str | bytes], Path]) -> None:
    file("none/readme.txt", "x")
    assert complaint(Path("nowhere.csv")) == "There is no file and no folder nowhere.csv."
    assert complaint(Path("none")) == "There is no .yaml file in the folder none."


@pytest.mark.parametrize(("name", "most"), [("a.yaml", MAX_YAML_BYTES), ("a.txt", MAX_BYTES)])
def test_a_file_that_is_too_large_is_not_read(
    file: Callable[[str, str | bytes], Path], name: str, most: int
) -> None:
    path = file(name, b"")
    with path.open("wb") as content:
        content.truncate(most + 1)
    said = f"{name}:1: is larger than {most // 1024**2} MB; split it into several files"
    assert complaint(path) == said


@given(content=st.binary(max_size=300), suffix=st.sampled_from(["csv", "jsonl", "txt", "yaml"]))
def test_whatever_is_in_a_file_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    path.write_bytes(content)
    try:
        assert read_tasks(path)
    except SofthouseError as error:
        assert str(error)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_as_any_spreadsheet_writes_it(
    file: Callable[[str, str | bytes], Path], separator: str, encoding: str, end: str
) -> None:
    rows = [("id", "prompt", "company"), ("1", '"Ein Rechner; für, Brüche\twie ""hier"""', "pair")]
    text = end.join(separator.join(row) for row in rows) + end

    (task,) = read_tasks(file("tasks.csv", text.encode(encoding)))

    assert (task.id, task.company) == ("1", "pair")
    assert task.prompt == 'Ein Rechner; für, Brüche\twie "hier"'


def test_a_row_with_a_separator_too_many_is_told_which(
    file: Callable[[str, str | bytes], Path],
) -> None:
    said = complaint(file("tasks.csv", "id;prompt\n1;a clock; a lamp\n"))

    assert said.endswith("put a text that holds a semicolon into double quotes")


@pytest.mark.parametrize("place", ["plan.png", "pictures/plan.png"])
def test_a_picture_is_no_way_to_another_file_of_this_machine(tmp_path: Path, place: str) -> None:
    """A task file may come from a stranger, and its pictures go to the model's provider."""
    private, folder = tmp_path / "private", tmp_path / "theirs"
    private.mkdir()
    folder.mkdir()
    (private / "plan.png").write_bytes(b"what is mine")
    if "/" in place:
        (folder / "pictures").symlink_to(private)
    else:
        (folder / place).symlink_to(private / "plan.png")
    (folder / "tasks.yaml").write_text(f"prompt: Build it.\nimages: [{place}]\n")

    with pytest.raises(
        ConfigurationError, match=f"the picture '{place}' in .*theirs cannot be taken: a link"
    ):
        read_tasks(folder / "tasks.yaml")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("tasks.json", "{" + "".join(f'"{n}":0,' for n in range(30_000)) + '"29999":0}',
         "the key '29999' is given twice"),
        ("tasks.csv", f"{'id,' * 30_000}prompt\n", "the column 'id' is there twice"),
    ],
)  # fmt: skip
def test_many_keys_of_a_stranger_are_looked_through_once(
    file: Callable[[str, str | bytes], Path], name: str, content: str, told: str
) -> None:
    began = time.process_time()
    assert told in complaint(file(name, content))
    assert time.process_time() - began < 2
