"""Go, which the house knows by one YAML file alone: its programs are built, tested and started."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from company.deliverables.languages import canonical, language_of, suits
from company.engine.context.inspection import Inspection
from company.engine.workspace.execution import Execution
from company.lab.evaluation.imports import check_imports
from company.lab.evaluation.parts import parts_of
from company.lab.metrics.size import comment_free, size
from tests.support.engine import give_up
from tests.support.sandboxes import make_backend
from tests.support.verifying import verified
from warehouse.sandbox.sandbox import SandboxBackend
from warehouse.sandbox.stacks.cards import detect_stack, stacks

GO = stacks()["go"]
MODULE = b"module tips\n\ngo 1.19\n"
TIP = b"""package main

// tip is a share of the bill.
func tip(bill float64, percent float64) float64 {
\treturn bill * percent / 100 /* in the bill's currency */
}
"""
MAIN = b"""package main

import "fmt"

func main() {
\tfmt.Println("tip:", tip(20, 10), "// no comment")
}
"""
TEST = b"""package main

import "testing"

func TestTip(t *testing.T) {
\tif tip(20, 10) != 2 {
\t\tt.Fatal("a tenth of 20 is 2")
\t}
}
"""
PROGRAM = {"go.mod": MODULE, "main.go": MAIN, "tip.go": TIP, "main_test.go": TEST}
CODE = {path: text.decode() for path, text in PROGRAM.items()}


@pytest.fixture
async def backend(tmp_path: Path) -> SandboxBackend:
    """Bubblewrap on a machine that has Go, as `.ci/packages.sh` makes one."""
    backend = await make_backend("bubblewrap", tmp_path / "cache")
    if shutil.which("go") is None:
        give_up("there is no go on this machine; .ci/packages.sh installs it")
    return backend


def outcomes(execution: Execution) -> dict[str, bool | None]:
    return {check.name: check.ok for check in execution.checks}


class TestInTheSandbox:
    async def test_a_program_is_built_tested_and_started(
        self, backend: SandboxBackend, tmp_path: Path
    ) -> None:
        execution = await verified(tmp_path, PROGRAM, backend)
        assert outcomes(execution) == {"syntax": True, "tests": True, "build": True, "start": True}
        assert execution.checks[-1].output == "tip: 2 // no comment"
        assert execution.verified

    async def test_a_fault_of_syntax_is_told_with_its_line_and_nothing_is_run(
        self, backend: SandboxBackend, tmp_path: Path
    ) -> None:
        broken = PROGRAM | {"tip.go": b"package main\n\nfunc tip( {\n"}
        execution = await verified(tmp_path, broken, backend)
        assert outcomes(execution) == {"syntax": False}
        assert "tip.go:3:" in execution.checks[0].output

    async def test_a_test_that_fails_is_a_failure(
        self, backend: SandboxBackend, tmp_path: Path
    ) -> None:
        wrong = PROGRAM | {"tip.go": TIP.replace(b"/ 100", b"/ 10")}
        execution = await verified(tmp_path, wrong, backend)
        assert outcomes(execution) == {"syntax": True, "tests": False, "build": True, "start": True}
        assert "a tenth of 20 is 2" in execution.checks[1].output

    async def test_test_files_without_tests_are_no_tests(
        self, backend: SandboxBackend, tmp_path: Path
    ) -> None:
        execution = await verified(tmp_path, PROGRAM | {"main_test.go": b"package main\n"}, backend)
        (tests,) = [check for check in execution.checks if check.name == "tests"]
        assert (tests.ok, tests.remark) == (False, "the test files hold no tests")

    @pytest.mark.parametrize(
        ("body", "ok", "remark"),
        [
            ('flag.Int("n", 0, "how many"); flag.Parse(); flag.Usage(); os.Exit(2)',
             True, "asks for arguments"),
            ('var n int; if _, err := fmt.Scan(&n); err != nil { fmt.Fprintln(os.Stderr, err); os.Exit(1) }',
             True, "asks for input"),
            ('fmt.Println("usage: none"); panic("broken")', False, "exit code 2"),
            ("os.Exit(3)", False, "exit code 3"),
        ],
    )  # fmt: skip
    async def test_the_start_is_judged_by_how_it_ends(
        self, backend: SandboxBackend, tmp_path: Path, body: str, ok: bool, remark: str
    ) -> None:
        imports = "".join(
            f'import "{name}"\n' for name in ("flag", "fmt", "os") if f"{name}." in body
        )
        main = f"package main\n\n{imports}\nfunc main() {{ {body} }}\n".encode()
        execution = await verified(tmp_path, {"go.mod": MODULE, "main.go": main}, backend)
        assert (execution.checks[-1].ok, execution.checks[-1].remark) == (ok, remark)

    async def test_a_program_in_a_folder_of_its_own_is_found(
        self, backend: SandboxBackend, tmp_path: Path
    ) -> None:
        files = {"go.mod": MODULE, "cmd/tips/run.go": MAIN.replace(b"tip(20, 10)", b"2")}
        execution = await verified(tmp_path, files, backend)
        assert execution.verified

    async def test_modules_are_not_imported_one_by_one(self, backend: SandboxBackend) -> None:
        assert await check_imports(PROGRAM, backend) == []


@pytest.mark.engine
async def test_where_the_sandbox_lacks_go_nothing_is_judged(tmp_path: Path) -> None:
    docker = await make_backend("docker", tmp_path)
    try:
        execution = await verified(tmp_path, PROGRAM, docker)
    finally:
        await docker.close()
    assert [(check.name, check.ok, check.remark) for check in execution.checks] == [
        ("syntax", None, "go is not in this sandbox")
    ]
    assert execution.ok
    assert not execution.verified


class TestByReading:
    def test_it_is_recognised(self) -> None:
        seen = Inspection(PROGRAM)
        assert seen.stack is GO
        assert (seen.main, seen.tests) == ("main.go", ["main_test.go"])
        assert detect_stack(["main.py", "tool.go"]) is stacks()["python"]

    def test_a_fence_may_call_it_by_either_name(self) -> None:
        assert canonical("golang") == canonical("Go") == language_of("a/b.go") == "go"
        assert suits("main.go", "go")
        assert not suits("main.go", "text")

    def test_its_comments_are_no_code_and_its_tests_are_counted(self) -> None:
        bare = comment_free("tip.go", CODE["tip.go"])
        assert "share" not in bare
        assert "currency" not in bare
        assert "// no comment" in comment_free("main.go", CODE["main.go"])
        sizes = size(PROGRAM, CODE, parts_of(CODE))
        assert (sizes["own_tests"], sizes["code_lines"], sizes["test_lines"]) == (1, 9, 7)

    def test_its_outline_names_what_it_offers(self) -> None:
        outline = Inspection(PROGRAM).outlines["tip.go"]
        assert outline.splitlines()[1:] == ["  func tip(bill float64, percent float64) float64"]

    @pytest.mark.parametrize(
        ("source", "modules"),
        [
            ('import "net/http"', ["net/http"]),
            ('import (\n\t"fmt"\n\tweb "net/http"\n)', ["net/http"]),
            ('var text = "net/http"', []),
        ],
    )
    def test_a_server_is_known_by_its_imports(self, source: str, modules: list[str]) -> None:
        assert GO.long_running_imports({"main.go": source}) == modules

    def test_a_person_starts_it_with_go_run(self) -> None:
        assert GO.start_by("main.go").by_hand == ("go", "run", ".")
        assert GO.start_by("cmd/tips/main.go").by_hand == ("go", "run", "./cmd/tips")
