"""Folders like SWE-bench's are read as they are, and so are repositories that tasks name."""

import json
from pathlib import Path
from typing import Any

import pytest

from company.errors import ConfigurationError
from company.lab.tasks.reading import read_tasks
from company.lab.tasks.repository import Repository, repositories

SHA = "a" * 40
INSTANCE = {
    "instance_id": "psf__requests-1724",
    "repo": "psf/requests",
    "base_commit": SHA,
    "problem_statement": "Unicode method names fail.",
    "hints_text": "Look at SECRET-HINT",
    "patch": "SECRET-PATCH",
    "test_patch": "diff --git a/test.py b/test.py\n",
    "FAIL_TO_PASS": '["test_requests.py::test_one", "test_requests.py::test_two[a b]"]',
    "PASS_TO_PASS": ["test_requests.py::test_three"],
    "version": "2.0",
    "environment_setup_commit": "b" * 40,
    "created_at": "2013-11-05T00:00:00Z",
}


def complaint(path: Path, **options: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_tasks(path, **options)
    return str(caught.value)


@pytest.mark.parametrize("name", ["instances.jsonl", "instances.json"])
@pytest.mark.parametrize(
    "place", ["repositories/psf__requests", "repositories/psf/requests.git", "psf__requests.bundle"]
)
def test_an_instance_is_a_task_about_the_repository_beside_it(
    tmp_path: Path, name: str, place: str
) -> None:
    (tmp_path / place).mkdir(parents=True)
    text = json.dumps(INSTANCE)
    (tmp_path / name).write_text(f"[{text}]" if name.endswith(".json") else f"{text}\n")
    (task,) = read_tasks(tmp_path)
    assert (task.id, task.prompt) == ("psf__requests-1724", "Unicode method names fail.")
    assert (task.category, task.commit) == ("psf/requests", SHA)
    assert task.fail_to_pass == ["test_requests.py::test_one", "test_requests.py::test_two[a b]"]
    assert task.pass_to_pass == ["test_requests.py::test_three"]
    assert task.test_patch == INSTANCE["test_patch"]
    assert task.repository == Repository(str(tmp_path / place), is_beside=True)
    assert "SECRET" not in task.model_dump_json()


def test_only_the_repositories_of_chosen_tasks_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "repositories/psf__requests").mkdir(parents=True)
    other = {**INSTANCE, "instance_id": "django__django-1", "repo": "django/django"}
    file = tmp_path / "lite.jsonl"
    file.write_text("\n".join(map(json.dumps, (INSTANCE, other))))
    assert len(read_tasks(file, only=["psf__requests-1724"])) == 1
    assert complaint(file) == (
        "The task 'django__django-1' is about a repository that is not there: put a clone or a bundle"
        f" of it at {tmp_path}/repositories/django__django"
    )


def test_what_is_wrong_with_an_instance_is_told_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "tasks.jsonl"
    broken = {**INSTANCE, "base_commit": "HEAD", "FAIL_TO_PASS": "[not JSON"}
    file.write_text(f"{json.dumps(INSTANCE)}\n{json.dumps(broken)}\n")
    said = complaint(file)
    assert "tasks.jsonl:2: 'commit' " in said
    assert "tasks.jsonl:2: 'fail_to_pass' must be a list" in said
    (tmp_path / "broken.json").write_text('[{"prompt": "a"},\n 3 4]')
    assert "broken.json:2: this is not JSON" in complaint(tmp_path / "broken.json")


@pytest.mark.parametrize(
    ("place", "is_beside"),
    [("code", True), ("linked", False), ("../elsewhere", False), ("borrowing", False)],
)
def test_only_a_person_can_allow_a_repository_that_is_not_beside_its_task(
    tmp_path: Path, place: str, is_beside: bool
) -> None:
    home = tmp_path / "home"
    for folder in (home / "code", tmp_path / "elsewhere"):
        folder.mkdir(parents=True)
    (home / "linked").symlink_to(tmp_path / "elsewhere")
    info = home / "borrowing/.git/objects/info"
    info.mkdir(parents=True)
    (info / "alternates").write_text("/home/somebody/private/.git/objects\n")
    (home / "task.yaml").write_text(f"prompt: Mend it.\nrepository: {place}\n")
    (task,) = read_tasks(home / "task.yaml")
    asked = [right.value for right in repositories([task.repository, None])]
    assert asked == ([] if is_beside else [str(home / place)])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("commit: HEAD\nrepository: .", "task.yaml:2: 'commit'"),
        ("repository: ext::sh -c id", "is not there"),
        ("repository: https://x.org/a.git", "is an address: clone it beside the task"),
        ("repository: --upload-pack=id", "is the path of a folder or a bundle"),
        ("test_patch: x\nfail_to_pass: [a]", "`test_patch` is about a `repository`"),
        ("setup: [make]", "`setup` is for tests, and `fail_to_pass` names none"),
        ('setup: ["\'"]\nfail_to_pass: [a]', "cannot be split into words"),
    ],
)
def test_what_a_task_may_not_say_of_its_repository(tmp_path: Path, lines: str, said: str) -> None:
    (tmp_path / "task.yaml").write_text(f"prompt: Mend it.\n{lines}\n")
    assert said in complaint(tmp_path / "task.yaml")
