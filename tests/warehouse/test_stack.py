"""Languages as data: how a program's kind, main file, tests and commands are found."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.support.sandboxes import make_backend
from warehouse.errors import SandboxError
from warehouse.sandbox.stacks import cards as stack_cards
from warehouse.sandbox.stacks.cards import detect_stack, read_card, stacks
from warehouse.sandbox.stacks.stack import Stack

PYTHON = stacks()["python"]
JAVASCRIPT = stacks()["javascript"]
GUARD = 'if __name__ == "__main__":\n    pass\n'


class TestDetection:
    @pytest.mark.parametrize(
        ("paths", "name"),
        [
            (["main.py", "README.md"], "python"),
            (["index.js", "package.json"], "javascript"),
            (["src/tool.mjs"], "javascript"),
            (["app.py", "static/one.js", "static/two.js"], "python"),
            (["tool.py", "index.js", "helper.js"], "javascript"),
            # A tsconfig.json may only be there for the types of what is written in JavaScript.
            (["tsconfig.json", "index.js", "lib/a.js", "index.d.ts", "a.test-d.ts"], "javascript"),
            (["tsconfig.json", "src/app.ts", "eslint.config.js", "vite.config.js"], "typescript"),
            (["tsconfig.json", "main.tsx", "main.js"], "typescript"),
        ],
    )
    def test_a_known_language_is_recognised(self, paths: list[str], name: str) -> None:
        stack = detect_stack(paths)
        assert stack is not None
        assert stack.name == name

    def test_no_known_language_is_none(self) -> None:
        assert detect_stack(["README.md", "main.rb", "pyproject"]) is None
        assert detect_stack([]) is None

    def test_an_unknown_key_in_the_table_is_an_error(self) -> None:
        with pytest.raises(ValidationError, match="strat"):
            Stack.model_validate({**PYTHON.model_dump(), "strat": ["python3"]})


class TestFaultyCards:
    @pytest.mark.parametrize(
        ("old", "new", "fault"),
        [
            ("title: Go", "titel: Go", "go.yaml:2: titel: Extra inputs are not permitted."),
            ("title: Go", "", "go.yaml:1: title: Field required."),
            (
                "  guard: ^func",
                "  guard: (^func",
                "go.yaml:14: main.guard: no regular",
            ),
            ("(?P<name>", "(?P<module>", "go.yaml:31: patterns.imports: has no group"),
            ("processes: 256", "threads: 256", "go.yaml:11: limits.threads: Extra inputs"),
            ("needs: [go]", "needs: [go", "go.yaml:10: "),
        ],
    )
    def test_a_fault_names_the_file_and_the_line(self, old: str, new: str, fault: str) -> None:
        card = (Path(stack_cards.__file__).parent / "go.yaml").read_text()
        assert old in card
        with pytest.raises(SandboxError) as error:
            read_card("go.yaml", card.replace(old, new))
        assert fault in str(error.value)

    def test_a_card_that_is_none_is_refused(self) -> None:
        with pytest.raises(SandboxError, match=r"go\.yaml:1: a stack is a card"):
            read_card("go.yaml", "- go")


class TestMainFile:
    def test_a_usual_name_wins(self) -> None:
        assert PYTHON.main_file({"main.py": "", "tool.py": GUARD}) == "main.py"

    def test_a_package_is_started_as_one(self) -> None:
        files = {"game/__init__.py": "", "game/__main__.py": "", "game/board.py": ""}
        assert PYTHON.main_file(files) == "game/__main__.py"
        assert PYTHON.start_by("game/__main__.py").command == ("python3", "-m", "game")
        assert PYTHON.start_by("a/b/__main__.py").command == ("python3", "-m", "a.b")

    def test_the_only_file_with_a_guard_is_the_main_file(self) -> None:
        files = {"tips.py": GUARD, "money.py": "", "test_tips.py": GUARD}
        assert PYTHON.main_file(files) == "tips.py"
        assert PYTHON.main_file({"tips.py": GUARD.encode(), "money.py": b"\xff"}) == "tips.py"

    def test_the_only_file_is_the_main_file(self) -> None:
        assert PYTHON.main_file({"hello.py": "print('hi')", "test_hello.py": ""}) == "hello.py"
        assert JAVASCRIPT.main_file({"hello.js": "", "hello.test.js": ""}) == "hello.js"

    def test_several_equal_ones_are_not_guessed_between(self) -> None:
        assert PYTHON.main_file({"one.py": GUARD, "two.py": GUARD}) is None
        assert PYTHON.main_file({"one.py": "", "two.py": ""}) is None
        assert PYTHON.main_file({}) is None

    def test_a_guard_inside_text_does_not_count(self) -> None:
        files = {"a.py": f"'''\n  {GUARD}'''", "b.py": GUARD}
        assert PYTHON.main_file(files) == "b.py"


class TestCommands:
    def test_tests_are_known_by_their_names(self) -> None:
        paths = ["test_a.py", "tests/b_test.py", "tests/deep/test_c.py", "testing.py", "a.test.js"]
        assert PYTHON.test_files(paths) == ["test_a.py", "tests/b_test.py", "tests/deep/test_c.py"]
        assert JAVASCRIPT.test_files(paths) == ["a.test.js"]
        assert PYTHON.test_argv(["test_a.py"])[-1] == "test_a.py"

    def test_a_name_like_an_option_is_given_as_a_path(self) -> None:
        assert PYTHON.start_by("--help.py").command == ("python3", "./--help.py")
        assert PYTHON.check_argv(["-c.py"])[-1] == "./-c.py"

    @pytest.mark.parametrize(
        ("source", "modules"),
        [
            ("import tkinter as tk", ["tkinter"]),
            ("from http.server import HTTPServer", ["http.server"]),
            ("from http import HTTPStatus", []),
            ("from http import server", ["http.server"]),
            ("def run():\n    from flask import Flask", ["flask"]),
            ("# import tkinter\ntext = 'import pygame'", []),
            ("import tkinterx", []),
        ],
    )
    def test_a_program_that_waits_is_known_by_its_imports(
        self, source: str, modules: list[str]
    ) -> None:
        assert PYTHON.long_running_imports({"main.py": source}) == modules

    @pytest.mark.parametrize(
        "source",
        ["const http = require('http')", "import http from 'http'", 'await import("http")'],
    )
    def test_javascript_imports_are_seen(self, source: str) -> None:
        assert JAVASCRIPT.long_running_imports({"main.js": source}) == ["http"]


class TestSyntaxCheck:
    @pytest.fixture
    async def run_check(self, tmp_path: Path):
        backend = await make_backend("bubblewrap", tmp_path)

        async def run(stack: Stack, files: dict[str, bytes]):
            async with await backend.open(files, stack=stack) as sandbox:
                result = await sandbox.exec(stack.check_argv(files))
                return result, await sandbox.read()

        return run

    async def test_a_fault_is_told_with_file_and_line(self, run_check) -> None:
        files = {"good.py": b"x = 1\n", "pkg/bad.py": b"x = 1\ndef f(:\n    pass\n"}
        result, _ = await run_check(PYTHON, files)
        assert result.exit_code == 1
        assert result.stdout.startswith("pkg/bad.py:2: SyntaxError: ")
        assert "good.py" not in result.stdout

    async def test_nothing_of_the_product_is_executed(self, run_check) -> None:
        files = {"main.py": b"open('ran', 'w')\nraise SystemExit(7)\n", "ast.py": b"1/0\n"}
        result, left = await run_check(PYTHON, files)
        assert result.ok, result
        assert set(left) == set(files)

    @pytest.mark.parametrize("source", [b"\0", b"\xff = 1", b"# coding: nonsense\n", b"\tx\n y"])
    async def test_a_file_that_is_no_program_is_a_fault(self, run_check, source: bytes) -> None:
        result, _ = await run_check(PYTHON, {"main.py": source})
        assert result.exit_code == 1
        assert result.stdout.startswith("main.py:")
        assert not result.stderr

    async def test_javascript_faults_are_told_too(self, run_check) -> None:
        files = {"good.js": b"let x = 1;\n", "bad.js": b"let x = 1;\nfunction (\n"}
        result, _ = await run_check(JAVASCRIPT, files)
        if result.exit_code == 127 or "not found" in result.stderr:
            pytest.skip("no node on this machine")
        assert result.exit_code == 1
        assert "bad.js:2" in result.stderr


class TestThirdParty:
    def test_only_what_is_neither_python_s_nor_the_product_s_is_named(self) -> None:
        files = {
            "main.py": "import os, json, requests\nfrom game.board import Board\nimport helper",
            "game/board.py": "from . import pieces\nimport numpy as np\nfrom PIL.Image import open",
            "helper.py": "def broken(:",
            "README.md": "import nothing",
        }
        assert PYTHON.code.third_party(files) == ["PIL", "numpy", "requests"]
