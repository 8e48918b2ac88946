"""The YAML reader: plain data with line numbers, or a ConfigurationError; whatever the bytes."""

import json
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from company.cards import yaml_file
from company.cards.problems import MOST_SHOWN
from company.cards.yaml_file import MAX_BYTES, MAX_DEPTH, parse_yaml, read_yaml
from company.errors import ConfigurationError

MERGE_BOMB = "a: &a {x: 1}\n" + "\n".join(f"b{i}: &b{i} {{<<: [*a, *a]}}" for i in range(20))
ALIAS_BOMB = "a: &a [x, x]\n" + "\n".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]" for i in range(20)
)


@pytest.fixture(params=["libyaml", "pure Python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "libyaml" and not yaml.__with_libyaml__:
        pytest.skip("this PyYAML was built without libyaml")
    chosen = yaml.CSafeLoader if request.param == "libyaml" else yaml.SafeLoader
    monkeypatch.setattr(yaml_file, "_LOADER", chosen)


def data(text: str) -> dict[str, object]:
    return parse_yaml(text.encode(), "x.yaml").data


def complaint(content: str | bytes) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse_yaml(content.encode() if isinstance(content, str) else content, "x.yaml")
    return str(caught.value)


@pytest.mark.usefixtures("loader")
class TestWithEitherLoader:
    def test_words_that_yaml_1_1_misreads_are_text(self) -> None:
        text = "a: [no, yes, on, off, 12:30, 2020-01-01, 1_000, 0b1, .inf, .nan, <<, =]"
        assert data(text)["a"] == [
            "no", "yes", "on", "off", "12:30", "2020-01-01", "1_000", "0b1", ".inf", ".nan", "<<", "=",
        ]  # fmt: skip

    def test_scalars_follow_the_yaml_1_2_core_schema(self) -> None:
        text = "a: [1, -2, 0o17, 0x1F, 007, 1.5, .5, 1e3, true, False, null, ~, '1', \"true\"]"
        assert data(text)["a"] == [
            1, -2, 15, 31, 7, 1.5, 0.5, 1000.0, True, False, None, None, "1", "true",
        ]  # fmt: skip

    def test_keys_are_always_text(self) -> None:
        assert list(data("404: a\ntrue: b\nnull: c\n12:30: d\n")) == [
            "404",
            "true",
            "null",
            "12:30",
        ]

    def test_blocks_keep_their_lines(self) -> None:
        assert data("prompt: |\n  one\n\n  two\n")["prompt"] == "one\n\ntwo\n"

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("", "x.yaml:1: is empty"),
            ("# only a comment\n", "x.yaml:1: is empty"),
            ("- a\n- b\n", "x.yaml:1: must be a mapping"),
            ("word", "x.yaml:1: must be a mapping"),
            ("a: 1\nb: &x 2\n", "x.yaml:2: anchors and aliases"),
            ("a: 1\nb: *x\n", "x.yaml:2: anchors and aliases"),
            ("&x a: 1\n", "x.yaml:1: anchors and aliases"),
            ("<<: {a: 1}\n", "x.yaml:1: merge keys"),
            ("a: !!python/object/apply:os.system ['true']\n", "x.yaml:1: tags"),
            ("a: !!str 1\n", "x.yaml:1: tags"),
            ("!!map {a: 1}\n", "x.yaml:1: tags"),
            ("!!str a: 1\n", "x.yaml:1: tags"),
            ("a: 1\nb: 2\na: 3\n", "x.yaml:3: the key 'a' is given twice, first in line 1"),
            ("a: 1\n---\nb: 2\n", "x.yaml:2: holds a second document"),
            ("? [a]\n: b\n", "x.yaml:1: a key must be a word"),
            ("{a: 1}: b\n", "x.yaml:1: a key must be a word"),
            ("a: 1\nb: [\n", "this is not YAML"),
            ("a:\n\tb: 1\n", "x.yaml:2: this is not YAML"),
            ("a: b: c\n", "x.yaml:1: this is not YAML"),
            ("a: \x00\n", "this is not YAML"),
            ("a: \x1b[2J\n", "this is not YAML"),
            ('a: "\\ud800"\n', "x.yaml:1: "),
            (f"a: {'1' * 5000}\n", "x.yaml:1: the number 11111111111111111111… is too long"),
            ("a: 1e999\n", "x.yaml:1: the number 1e999 is too large"),
            (b"a: 1\nb: \xff\n", "x.yaml:2: is not UTF-8 text"),
            ("a: 1".encode("utf-16"), "x.yaml:1: is not UTF-8 text"),
            ("a: " + "[" * 40 + "]" * 40, f"nested deeper than {MAX_DEPTH}"),
            ("[" * 100_000, f"nested deeper than {MAX_DEPTH}"),
            ("{a: " * (MAX_BYTES // 4), f"nested deeper than {MAX_DEPTH}"),
            ("a: x\n" * (MAX_BYTES // 5 + 1), "x.yaml:1: is larger than 256 kB"),
            (MERGE_BOMB, "anchors and aliases"),
            (ALIAS_BOMB, "anchors and aliases"),
        ],
    )
    def test_what_a_card_may_not_hold_is_refused_by_line(
        self, content: str | bytes, said: str
    ) -> None:
        assert said in complaint(content)

    def test_all_duplicate_keys_are_named_at_once(self) -> None:
        assert complaint("a: 1\na: 2\nb: {c: 1, c: 2}\n").splitlines() == [
            "x.yaml:2: the key 'a' is given twice, first in line 1",
            "x.yaml:3: the key 'c' is given twice, first in line 3",
        ]

    def test_every_key_and_item_has_its_line(self) -> None:
        document = parse_yaml(b"a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n", "x.yaml")
        lines = {
            ("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4, ("b", 1, "d"): 5,
        }  # fmt: skip
        assert document.lines == lines
        assert document.line(("b", 1, "nowhere")) == 4
        assert document.line(("nowhere",)) == 1


def test_many_problems_are_counted_after_the_first_twenty() -> None:
    lines = complaint("a: 1\n" * 40).splitlines()
    assert len(lines) == MOST_SHOWN + 1
    assert lines[-1] == "… and 19 more"


def test_a_complaint_never_carries_terminal_controls() -> None:
    assert "\x1b" not in complaint('"\\e]52;c;x\\a": 1\n"\\e]52;c;x\\a": 2\n')


@given(st.binary(max_size=300))
@example(b"\xef\xbb\xbf")
@example(b"%YAML 9.9\n---\na: 1")
@example(b"%TAG ! tag:x,2000:\n---\na: !foo 1")
@example(b"? \n? \n")
@example(b"a: !<> 1")
def test_any_bytes_are_read_or_refused_cleanly(content: bytes) -> None:
    try:
        document = parse_yaml(content, "x.yaml")
    except ConfigurationError:
        return
    assert json.loads(json.dumps(document.data)) == document.data


@given(st.text("abc:-&*!<>[]{}|\n\t #'\"~?%@`,=01.", max_size=120))
def test_any_yaml_like_text_is_read_or_refused_cleanly(text: str) -> None:
    try:
        document = parse_yaml(text.encode(), "x.yaml")
    except ConfigurationError:
        return
    assert json.loads(json.dumps(document.data)) == document.data


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text("ab é漢\n:'\"#-", max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=5), PLAIN, min_size=1, max_size=4))
def test_plain_data_comes_back_as_it_was_written(value: dict[str, object]) -> None:
    class Writer(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    written = yaml.dump(value, Dumper=Writer, allow_unicode=True)
    assert data(written) == value


def test_a_missing_file_a_folder_and_a_fifo_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "pipe.yaml", Path("a\0b")):
        with pytest.raises(ConfigurationError, match=r"no such file|cannot be read"):
            read_yaml(path, "x.yaml")


def test_a_large_file_is_refused_without_being_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(ConfigurationError, match="larger than 256 kB"):
        read_yaml(huge, "huge.yaml")
