import unicodedata
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.errors import PathRejected
from warehouse.paths import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_NAME_BYTES,
    check_path,
    check_sizes,
    check_tree,
)

HOSTILE_PIECES = st.sampled_from([
    "..", ".", "/", "\\", "//", ".git", ".GIT", "git~1", "con", "~", "C:", " ", "\0", "\u202e",
    "\u200c", "a", "B", "é", "e\u0301", ".py", "-", "src", "*", "\n", "\ud800", "𝒈", "．．",
])  # fmt: skip
HOSTILE_PATHS = st.one_of(st.text(max_size=60), st.lists(HOSTILE_PIECES, max_size=8).map("".join))


@pytest.mark.parametrize(
    ("path", "kept_as"),
    [
        ("main.py", "main.py"),
        ("src/Game/Board.py", "src/Game/Board.py"),
        ("./src//a.py", "src/a.py"),
        ("src\\win\\a.py", "src/win/a.py"),
        ("cafe\u0301.md", "caf\u00e9.md"),
        (".gitignore", ".gitignore"),
        (".gitattributes", ".gitattributes"),
        ("src/.github/ci.yml", "src/.github/ci.yml"),
        ("コード/主.py", "コード/主.py"),
        ("a file with spaces.txt", "a file with spaces.txt"),
        ("console.py", "console.py"),
        ("git~x/a", "git~x/a"),
    ],
)
def test_a_usable_path_is_kept_in_one_form(path: str, kept_as: str) -> None:
    assert check_path(path) == kept_as


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        (".", "names a folder"),
        ("src/", "names a folder"),
        ("src/.", "names a folder"),
        ("/etc/passwd", "absolute"),
        ("\\\\server\\share", "absolute"),
        ("~/.ssh/id", "absolute"),
        ("C:\\windows\\x", "absolute"),
        ("c:x", "absolute"),
        ("../x", "upward"),
        ("a/../../x", "upward"),
        ("a\\..\\x", "upward"),
        (".git/hooks/pre-commit", "git's own folder"),
        (".GIT/config", "git's own folder"),
        ("a/.gIt", "git's own folder"),
        (".git./config", "git's own folder"),
        (".git /config", "git's own folder"),
        ("git~1/config", "git's own folder"),
        ("GIT~2", "git's own folder"),
        ("．ｇｉｔ/config", "git's own folder"),
        (".g\u200cit/config", "invisible"),
        (".git\ufeff/config", "invisible"),
        ("a\u202ecod.py", "invisible"),
        ("a\x00b", "control"),
        ("a\nb", "control"),
        ("a\x1b[2J", "control"),
        ("\ud800.py", "UTF-8"),
        ("ab:c", "':'"),
        (".git::$INDEX_ALLOCATION/config", "git's own folder"),
        ("what?.py", "'?'"),
        ("CON", "device name"),
        ("src/nul.txt", "device name"),
        ("com1.py", "device name"),
        ("LPT³", "device name"),
        ("a./b", "ends with a dot"),
        ("a /b", "space"),
        ("-rf", "option"),
        ("src/--help.py", "option"),
        ("a" * (MAX_NAME_BYTES + 1), "longer"),
        ("é" * MAX_NAME_BYTES, "longer"),
        ("/".join(["abcdefghijklmnopq"] * 15), "longer"),
        ("/".join("a" * (MAX_DEPTH + 1)), "folders deep"),
        ("a" * 1_000_000, "longer"),
    ],
)
def test_an_unsafe_path_is_refused_with_the_reason(path: str, reason: str) -> None:
    with pytest.raises(PathRejected, match=reason):
        check_path(path)


def test_the_refusal_itself_is_safe_to_print() -> None:
    with pytest.raises(PathRejected) as refusal:
        check_path("\x1b]52;c;aGk=\x07\u202e/../x")

    assert "\x1b" not in str(refusal.value)
    assert "\u202e" not in str(refusal.value)


@given(HOSTILE_PATHS)
def test_an_accepted_path_is_accepted_again_unchanged(path: str) -> None:
    try:
        accepted = check_path(path)
    except PathRejected:
        return

    assert check_path(accepted) == accepted
    assert unicodedata.is_normalized("NFC", accepted)


@given(HOSTILE_PATHS)
def test_an_accepted_path_stays_below_the_root_of_a_real_file_system(path: str) -> None:
    try:
        accepted = check_path(path)
    except PathRejected:
        return

    with TemporaryDirectory() as place:
        root = Path(place, "root")
        file = root / accepted
        file.parent.mkdir(parents=True)
        file.write_text("here")

        assert file.resolve().is_relative_to(root.resolve())
        assert [each.name for each in Path(place).iterdir()] == ["root"]
        assert [str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()] == [accepted]
        assert ".git" not in {part.casefold() for part in PurePosixPath(accepted).parts}


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (["Main.py", "main.py"], "letter case"),
        (["src/a.py", "SRC/b.py"], "letter case"),
        (["straße.py", "STRASSE.py"], "letter case"),
        (["a", "a/b.py"], "both a file and a folder"),
        (["a/b/c.py", "A"], "both a file and a folder"),
    ],
)
def test_paths_that_are_one_on_another_system_are_refused_together(
    paths: list[str], reason: str
) -> None:
    with pytest.raises(PathRejected, match=reason):
        check_tree(paths)


def test_paths_that_stand_beside_each_other_pass() -> None:
    assert check_tree(["a/b.py", "a/c.py", "ab.py", "a.py", "b/a.py"]) is None


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [
        ({"big.bin": MAX_FILE_BYTES + 1}, "big.bin"),
        ({f"f{n}": 1 for n in range(MAX_FILES + 1)}, "files; a product may have"),
        ({f"f{n}": MAX_FILE_BYTES for n in range(40)}, "bytes together"),
    ],
)
def test_too_many_files_and_too_many_bytes_are_refused(sizes: dict[str, int], reason: str) -> None:
    with pytest.raises(PathRejected, match=reason):
        check_sizes(sizes)
