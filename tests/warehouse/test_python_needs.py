"""What a Python project says it needs, wherever it says so: read, and never run."""

import pytest

from warehouse.sandbox.dependencies import read_manifests
from warehouse.sandbox.stacks.cards import stacks
from warehouse.sandbox.stacks.code import ManifestRejected

PYTHON = stacks()["python"]


def needed(files: dict[str, bytes]) -> list[str]:
    return sorted(read_manifests(PYTHON, files).content.decode().splitlines())


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"setup.py": b"import setuptools as s\ns.setup(install_requires=['rich>=1', version()])\n"}, []),
        ({"setup.py": b"from setuptools import setup\nsetup(install_requires=['rich>=1'], "
          b"extras_require={'test': ['anyio'], 'docs': ['sphinx']}, version=read())\n"},
         ["anyio", "rich>=1"]),
        ({"setup.py": b"setup(extras_require={'test': ['anyio'], 'c': [f'a=={b}'], **more, [1]: ['x'], f(): 'y'})"},
         ["anyio"]),
        ({"setup.py": b"install_requires = ['rich'\n"}, []),
        ({"setup.cfg": b"[options]\ninstall_requires =\n    rich>=1\n    tomli; python_version < '3'\n"
          b"[options.extras_require]\ndev =\n    anyio\n"},
         ["anyio", "rich>=1", 'tomli; python_version < "3"']),
        ({"pyproject.toml": b"[tool.poetry.dependencies]\npython = '^3.9'\nrich = '^13.0'\n"
          b"anyio = {version = '*', extras = ['trio']}\n[tool.poetry.group.dev.dependencies]\n"
          b"trio = '*'\n"},
         ["anyio", "rich", "trio"]),
        ({"requirements.txt": b"-e .\nrich\n", "requirements-dev.txt": b"-r requirements.txt\ntrio\n"},
         ["rich", "trio"]),
        ({"requirements.txt": "rich  # für später\n".encode("latin-1")}, ["rich"]),
        ({"requirements.txt": "rich  # 以后\n".encode("gbk")}, ["rich"]),
        ({"requirements.txt": "rich\njson\n".encode("utf-16")}, ["rich"]),
    ],
)  # fmt: skip
def test_needs_are_read_wherever_they_stand(files: dict[str, bytes], expected: list[str]) -> None:
    assert needed(files) == expected


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"requirements.txt": b"-r other.txt\n"}, r"requirements\.txt:1: '-r other\.txt' cannot"),
        ({"requirements.txt": b"-e ../else\n"}, r"requirements\.txt:1: '-e \.\./else' cannot"),
        ({"setup.cfg": b"install_requires = rich\n"}, r"setup\.cfg cannot be read"),
        ({"pyproject.toml": b"[tool.poetry.dependencies]\nours = {path = '../ours'}\n"},
         r"pyproject\.toml: .ours @ .* cannot be installed here"),
    ],
)  # fmt: skip
def test_what_is_no_package_of_an_index_is_refused(files: dict[str, bytes], complaint: str) -> None:
    with pytest.raises(ManifestRejected, match=complaint):
        needed(files)


@pytest.mark.parametrize(
    ("source", "starts"),
    [
        ('path = "packages/core"', False),
        ("workspace = true", False),
        ('path = "nowhere/ghost"', True),
        ('path = "."', True),
        ('workspace = "false"', True),
        ("workspace = false", True),
    ],
)
@pytest.mark.parametrize("asked", [True, False])
def test_a_start_is_unseen_only_where_what_would_be_linked_is_asked_for_and_there(
    asked: bool, source: str, starts: bool
) -> None:
    files = {
        "pyproject.toml": f'[project]\ndependencies = ["{"Tip_Core>=1" if asked else "rich"}"]\n'
        f"[tool.uv.sources]\ntip-core = {{{source}}}\n",
        "packages/core/pyproject.toml": "",
        "main.py": "print(5)\n",
    }
    assert (PYTHON.start_of(files) is not None) == (starts or not asked)
