"""A project that nobody has built is run as if it were installed: what asks for its version finds one."""

import pytest

from warehouse.sandbox.stacks.python_installed import left_by_installing

HATCH = """
[project]
name = "my-clock"
dynamic = ["version"]
[tool.hatch.build.hooks.vcs]
version-file = "src/my_clock/_version.py"
"""


def test_the_version_of_a_project_is_found_that_takes_it_from_git() -> None:
    left = left_by_installing({"pyproject.toml": HATCH})
    assert left["my_clock-0.0.0.dist-info/METADATA"].endswith(b"Name: my-clock\nVersion: 0.0.0\n")
    assert left["src/my_clock/_version.py"].startswith(b"__version__ = version = '0.0.0'\n")
    assert "src/my_clock/_version.py" not in left_by_installing(
        {"pyproject.toml": HATCH, "src/my_clock/_version.py": ""}
    )


@pytest.mark.parametrize(
    ("files", "folder"),
    [
        ({"pyproject.toml": '[project]\nname = "a"\nversion = "1.2"\n'}, ["a-1.2.dist-info/METADATA"]),
        ({"setup.cfg": "[metadata]\nname = b\nversion = attr: b.v\n"}, ["b-0.0.0.dist-info/METADATA"]),
        ({"setup.py": "setup(name='c', version='3')\n"}, ["c-3.dist-info/METADATA"]),
        ({"pyproject.toml": '[project]\nname = "../d"\n'}, []),
        ({"pyproject.toml": "[project"}, []),
        ({"main.py": ""}, []),
    ],
)  # fmt: skip
def test_name_and_version_are_read_where_they_are_written_down(
    files: dict[str, str], folder: list[str]
) -> None:
    assert list(left_by_installing(files)) == folder


def test_a_version_is_written_nowhere_else_than_in_the_project() -> None:
    outside = HATCH.replace("src/my_clock/_version.py", "../../x.py")
    assert list(left_by_installing({"pyproject.toml": outside})) == [
        "my_clock-0.0.0.dist-info/METADATA"
    ]
