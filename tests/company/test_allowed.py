import pytest

from company.deliverables.writable import allowed


@pytest.mark.parametrize(
    ("path", "glob", "may"),
    [
        ("test_a.py", "test_*.py", True),
        ("tests/test_a.py", "test_*.py", True),
        ("a.py", "test_*.py", False),
        ("tests/a/b.py", "tests/**", True),
        ("tests", "tests/**", False),
        ("src/tests/a.py", "tests/**", False),
        ("src/a.py", "src/*.py", True),
        ("src/b/a.py", "src/*.py", False),
        ("src/b/a.py", "src/**/*.py", True),
        ("src/a.py", "src/**/*.py", True),
        ("a.py", "?.py", True),
        ("ab.py", "?.py", False),
        ("a1.py", "a[0-9].py", True),
        ("ab.py", "a[!0-9].py", True),
        ("Main.py", "main.py", False),
        ("main.py", "main.py", True),
        ("main_py", "main.py", False),
        ("a+b(c).py", "a+b(c).py", True),
    ],
)
def test_a_glob_allows_the_paths_it_says(path: str, glob: str, may: bool) -> None:
    assert allowed(path, [glob]) is may


def test_without_globs_everything_is_allowed_and_with_several_any_of_them() -> None:
    assert allowed("x/y.z", None)
    assert allowed("b.md", ["*.py", "*.md"])
    assert not allowed("b.js", ["*.py", "*.md"])
