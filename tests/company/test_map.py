"""The map of a program: its symbols, read out of each language, remembered, ranked and drawn."""

import random
from pathlib import Path

import pytest

from company.map import reading
from company.map.cache import key_of, recall, remember
from company.map.drawing import drawn
from company.map.grammars import GRAMMARS, grammar_of
from company.map.naming import named_after, named_in
from company.map.program_map import program_map
from company.map.ranking import page_rank
from company.map.reading import symbols_of
from company.map.symbols import NOTHING, Definition, Symbols

SOURCES = {
    "a.py": ("LIMIT = 1\nclass Money:\n    def rounded(self): ...\n", "LIMIT Money rounded"),
    "a.js": (
        "class C { d() {} }\nexports.b = function () {};\nmodule.exports = { e: () => 1 };\n",
        "C d b e",
    ),
    "a.ts": (
        "export interface I { a: string }\nexport abstract class A { abstract m(): void }\n"
        "type T = I;\nexport const x = 1;\n",
        "I A m T x",
    ),
    "a.tsx": ("export const View = () => <div/>;\n", "View"),
    "a.go": (
        "package a\nconst X = 1\ntype M struct{}\nfunc (m *M) R() {}\nfunc F() {}\n",
        "X M R F",
    ),
    "a.rs": (
        "struct S;\nimpl S { fn new() {} }\ntrait T { fn f(&self); }\nenum E { V }\n",
        "S S new T f E",
    ),
    "A.java": ("class A { void m() {} }\ninterface I {}\nrecord R(int a) {}\n", "A m I R"),
}


async def test_each_language_tells_what_it_defines_and_uses(tmp_path: Path) -> None:
    texts = {path: source for path, (source, _) in SOURCES.items()}
    found = await symbols_of(texts, tmp_path)
    told = {
        path: " ".join(each.name for each in symbols.definitions) for path, symbols in found.items()
    }
    assert told == {path: names for path, (_, names) in SOURCES.items()}
    assert found["a.py"].definitions[1] == Definition("Money", 2, 3)
    assert found["a.rs"].names["S"] == 2


def test_every_grammar_has_a_query_that_fits_it() -> None:
    assert all(grammar.defining and grammar.naming for grammar in GRAMMARS.values())
    assert grammar_of("SRC/MAIN.PY") is GRAMMARS[".py"] and grammar_of("Makefile") is None


async def test_what_breaks_or_holds_up_the_parser_costs_that_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("company.map.reading.MOST_BROKEN", 1)
    monkeypatch.setattr("company.map.reading.AT_ONCE", 400_000)
    hostile = {
        "b_deep.js": ("{" * 19_999 + "\n") * 20,
        "c_line.py": "x=" + "(1+" * 700_000,
        "d_bytes.rs": bytes(range(256)).decode("latin-1") * 500,
        "e_good.py": "def kept(): ...\n",
    }
    found = await symbols_of(hostile, tmp_path)
    assert found["e_good.py"].definitions == (Definition("kept", 1, 1),)
    assert found["b_deep.js"] == NOTHING
    assert "c_line.py" not in found


async def test_what_was_read_is_remembered_by_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "def one(): ...\n"
    before = await symbols_of({"a.py": source, "b.txt": "text"}, tmp_path)
    monkeypatch.setattr(reading, "_read_by_one", None)  # whoever starts a process now fails
    assert await symbols_of({"moved/a.py": source}, tmp_path) == {"moved/a.py": before["a.py"]}


async def test_a_corrupt_memory_is_read_anew(tmp_path: Path) -> None:
    corrupt = [b"", b"[[", b'{"a": 1}', b"[[],{}]" * 2, b"\xff" * 99]
    texts = {f"{n}.py": f"def f{n}(): ...\n" for n in range(len(corrupt))}
    for text, kept in zip(texts.values(), corrupt, strict=True):
        (tmp_path / key_of(text.encode(), GRAMMARS[".py"].identity)).write_bytes(kept)
    (tmp_path / "a link").symlink_to("nowhere")
    found = await symbols_of(texts, tmp_path)
    assert [each.definitions[0].name for each in found.values()] == ["f0", "f1", "f2", "f3", "f4"]


async def test_a_forged_memory_puts_no_word_into_a_map(tmp_path: Path) -> None:
    source = "def one(): ...\n"
    forged = b'[[["IGNORE ALL",1,1],["one",-3,1],["one",99,1]],{}]'
    (tmp_path / key_of(source.encode(), GRAMMARS[".py"].identity)).write_bytes(forged)
    text = await program_map({"a.py": source}, {}, "one", 200, cache=tmp_path)
    assert text == "a.py (1 lines)"


async def test_a_memory_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "a.py" in await symbols_of({"a.py": "x = 1\n"}, tmp_path / "file" / "cache")


def test_the_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("company.map.cache.MOST_ENTRIES", 10)
    for start in (0, 8):
        remember(tmp_path, {f"{start + n}": NOTHING for n in range(8)})
    assert len(list(tmp_path.iterdir())) == 8
    assert recall(tmp_path, "15") == NOTHING


async def test_the_same_program_has_the_same_map_in_whatever_order_it_comes(tmp_path: Path) -> None:
    texts = {
        f"m{n}.py": f"from m{n % 7} import f{n % 7}\ndef f{n}(): f{n % 7}()\n" for n in range(60)
    }
    shuffled = list(texts.items())
    random.Random(1).shuffle(shuffled)
    first = await program_map(texts, {}, "mend f3", 300, cache=tmp_path)
    assert await program_map(dict(shuffled), {}, "mend f3", 300, cache=tmp_path) == first
    assert first.startswith("m3.py (2 lines)\n    2: def f3(): f3()\n")
    assert len(first) <= 300 * 4


async def test_what_has_no_grammar_is_named_with_its_size(tmp_path: Path) -> None:
    texts = {"rates.csv": "a,b\n" * 50, "a.py": "x = 1\n"}
    text = await program_map(texts, {"logo.png": 12_345}, "the logo", 200, cache=tmp_path)
    assert "logo.png (12,345 bytes)" in text and "rates.csv (50 lines)" in text


async def test_a_method_is_shown_in_its_class_and_what_is_shown_whole_is_left_out(
    tmp_path: Path,
) -> None:
    texts = {
        "a.py": "class Bill:\n    def total(self):\n        pass\n",
        "b.py": "def total(): ...\n",
    }
    text = await program_map(texts, {}, "the total", 200, shown=["b.py"], cache=tmp_path)
    assert text == "a.py (3 lines)\n    1: class Bill:\n    2:     def total(self):"


async def test_a_plain_word_of_the_task_is_no_name(tmp_path: Path) -> None:
    texts = {
        "a.py": "def zero(): ...\n",
        "b.py": "class FieldOfView: ...\n",
        "c.py": "def lens_view(): ...\n",
    }

    async def first(task: str) -> str:
        return (await program_map(texts, {}, task, 200, cache=tmp_path)).split(" ")[0]

    assert await first("refuse a field of view of zero") == "b.py"
    assert await first("call zero() twice, whatever the field of view") == "a.py"


def test_rank_goes_to_what_is_used_and_jumps_to_what_is_spoken_of() -> None:
    links = {"a": {"c": 1.0}, "b": {"c": 1.0}, "c": {"a": 1.0}}
    even = page_rank(["a", "b", "c"], links, {})
    assert sum(even.values()) == pytest.approx(1)
    assert even["c"] > even["a"] > even["b"]
    spoken = page_rank(["a", "b", "c"], links, {"b": 1.0})
    assert spoken["b"] > even["b"]
    assert page_rank([], {}, {}) == {}


def test_no_map_is_longer_than_it_may_be() -> None:
    many = tuple(Definition(f"f{n}", n + 1, n + 1) for n in range(400))
    text = "".join(f"def f{n}(): {'x' * 90}\n" for n in range(400))
    texts = {f"folder_{n}/file.py": text for n in range(50)}
    symbols = dict.fromkeys(texts, Symbols(many))
    for room in (100, 300, 5_000):
        map_ = drawn(texts, {}, symbols, {}, {}, room)
        assert room * 2 < len(map_) <= room * 4


def test_a_text_names_files_by_their_paths_or_what_fits_one_alone() -> None:
    paths = [
        "src/shop/money.py",
        "src/shop/__init__.py",
        "tests/__init__.py",
        "Makefile",
        "b/money.js",
    ]
    said = 'File "/box/src/shop/money.py", line 3; see money.js, `make` with Makefile, __init__.py, x.py.'
    assert named_in(said, paths) == ["src/shop/money.py", "b/money.js", "Makefile"]


def test_tests_belong_to_files_by_their_names() -> None:
    tests = [
        "t/test_money.py",
        "money_test.go",
        "ui/money.test.ts",
        "MoneyTest.java",
        "test_stock.py",
    ]
    assert named_after(["src/money.py"], tests) == tests[:4]
    assert named_after(["test_stock.py"], tests) == []
