"""Rust, Java, C and C++: a right program is built, tested and started; a broken one is told apart from one
that needs what no sandbox brings."""

import shutil
from collections.abc import Mapping

import pytest

from tests.support.engine import give_up
from tests.verdicts.conftest import Verdict
from warehouse.sandbox.stacks.cards import detect_stack, stacks

pytestmark = pytest.mark.slow

CARGO = '[package]\nname = "tips"\nversion = "0.1.0"\nedition = "2021"\n'
RUST = (
    "fn tip(bill: f64) -> f64 {\n    bill / 10.0\n}\n\n"
    'fn main() {\n    println!("tip {}", tip(50.0));\n}\n\n'
    "#[test]\nfn is_a_tenth() {\n    assert_eq!(tip(50.0), 5.0);\n}\n\n"
    "#[test]\n#[ignore]\nfn later() {}\n"
)
JAVA_TIP = "package money;\n\npublic class Tip {\n    public static double tip(double bill) {\n        return bill / 10;\n    }\n}\n"
JAVA_MAIN = 'package money;\n\npublic class Main {\n    public static void main(String[] words) {\n        System.out.println("tip " + Tip.tip(50));\n    }\n}\n'
JAVA_TEST = (
    "package money;\n\nimport static org.junit.jupiter.api.Assertions.assertEquals;\n\n"
    "import org.junit.jupiter.api.*;\n\nclass TipTest {\n"
    "    @Test void isATenth() { assertEquals(5.0, Tip.tip(50)); }\n"
    "    @Disabled @Test void later() { }\n}\n"
)
SOURCES = "src/main/java/money"
C_TIP = "double tip(double bill) {\n    return bill / 10;\n}\n"
C_MAIN = '#include <stdio.h>\n#include "tip.h"\n\nint main(void) {\n    printf("tip %g\\n", tip(50));\n    return 0;\n}\n'
C_TEST = '#undef NDEBUG\n#include <assert.h>\n#include "tip.h"\n\nint main(void) {\n    assert(tip(50) == 5);\n    return 0;\n}\n'
C = {"tip.c": C_TIP, "tip.h": "double tip(double bill);\n", "main.c": C_MAIN, "test_tip.c": C_TEST}
MAKEFILE = (
    "tips: main.c tip.c\n\tcc -o tips main.c tip.c\n\n"
    "test: test_tip.c tip.c\n\tcc -o run_tests test_tip.c tip.c && ./run_tests\n"
)
CMAKE = (
    "cmake_minimum_required(VERSION 3.20)\nproject(tips C)\nenable_testing()\n"
    "add_executable(tips main.c tip.c)\nadd_executable(test_tip test_tip.c tip.c)\n"
    "add_test(NAME tip COMMAND test_tip)\n"
)
RIGHT = {
    "Rust": ("cargo", {"Cargo.toml": CARGO, "src/main.rs": RUST}, "1 of 2 passed, 1 skipped", "tip 5"),
    "Java": (
        "javac",
        {
            "pom.xml": "<project/>\n",
            f"{SOURCES}/Tip.java": JAVA_TIP,
            f"{SOURCES}/Main.java": JAVA_MAIN,
            "src/test/java/money/TipTest.java": JAVA_TEST,
        },
        "1 of 2 passed, 1 skipped",
        "tip 5.0",
    ),
    "C": ("cc", C, "1 of 1 passed", "tip 5"),
    "C by make": ("make", {**C, "Makefile": MAKEFILE}, "1 of 1 passed", "tip 5"),
    "C by CMake": ("cmake", {**C, "CMakeLists.txt": CMAKE}, "1 of 1 passed", "tip 5"),
    "C++": (
        "c++",
        {
            "main.cpp": '#include <iostream>\n\nint main() {\n    std::cout << "tip " << 5 << std::endl;\n}\n'
        },
        "",
        "tip 5",
    ),
}  # fmt: skip
A_TENTH = {"src/main.rs": "10.0", f"{SOURCES}/Tip.java": "/ 10", "tip.c": "/ 10"}
"""What is wrong in a program once it is another number."""


def need(program: str) -> None:
    """Give up where a language is not here: `.ci/packages.sh` brings it."""
    if not shutil.which(program, path="/usr/bin"):
        give_up(f"there is no {program} in /usr/bin; .ci/packages.sh installs it")


@pytest.mark.parametrize("language", RIGHT)
async def test_a_right_program_is_built_tested_and_started(verdict: Verdict, language: str) -> None:
    program, files, tested, output = RIGHT[language]
    need(program)
    execution = await verdict(files)
    assert execution.verified, [check.output for check in execution.checks]
    assert execution.checks[-1].output == output
    assert not tested or f"tested: {tested}" in execution.summary


@pytest.mark.parametrize("language", ["Rust", "Java", "C", "C by make", "C by CMake"])
async def test_a_test_that_fails_is_a_failure(verdict: Verdict, language: str) -> None:
    program, files, _, _ = RIGHT[language]
    need(program)
    broken: dict[str, str] = {**files}
    for path, right in A_TENTH.items():
        if path in files:
            broken[path] = files[path].replace(right, right.replace("10", "8"))
    execution = await verdict(broken)
    (tests,) = [check for check in execution.checks if check.name == "tests"]
    assert (tests.ok, tests.tests and tests.tests.failed) == (False, 1), tests.output


FAULTY: Mapping[str, tuple[str, dict[str, str], str]] = {
    "Rust": ("cargo", {"Cargo.toml": CARGO, "src/main.rs": "fn main() {\n    tip(1);\n}\n"}, "src/main.rs:2:"),
    "Java": ("javac", {"Main.java": "public class Main {\n    int tip = none;\n}\n"}, "Main.java:2:"),
    "C": ("cc", {"main.c": "int main(void) {\n    return tip;\n}\n"}, "main.c:2:"),
    "C by make": ("make", {**C, "main.c": "int main(void) {\n    return tip;\n}\n", "Makefile": MAKEFILE}, "main.c:2:"),
    "C with a header of its own that is not there": (
        "cc", {"main.c": '#include "tip.h"\n\nint main(void) { return 0; }\n'}, "main.c:1:"),
}  # fmt: skip


@pytest.mark.parametrize("language", FAULTY)
async def test_a_fault_is_told_with_its_line_and_nothing_is_run(
    verdict: Verdict, language: str
) -> None:
    program, files, line = FAULTY[language]
    need(program)
    (syntax,) = (await verdict(files)).checks
    assert (syntax.name, syntax.ok) == ("syntax", False)
    assert line in syntax.output


ELSEWHERE: Mapping[str, tuple[str, dict[str, str], str]] = {
    "Rust": (
        "cargo",
        {"Cargo.toml": f'{CARGO}[dependencies]\nrand = "0.8"\n', "src/main.rs": "fn main() {}\n"},
        "crates of the registry",
    ),
    "Java": (
        "javac",
        {"Main.java": "import com.google.gson.Gson;\n\npublic class Main { }\n"},
        "packages of a repository",
    ),
    "C": ("cc", {"main.c": "#include <SDL2/SDL.h>\n\nint main(void) { return 0; }\n"}, "a library"),
    "Go": (
        "go",
        {
            "go.mod": "module a\n\ngo 1.19\n\nrequire github.com/google/uuid v1.3.0\n",
            "main.go": 'package main\n\nimport _ "github.com/google/uuid"\n\nfunc main() {}\n',
        },
        "modules of other places",
    ),
}


@pytest.mark.parametrize("language", ELSEWHERE)
async def test_what_nobody_here_fetches_is_unseen_and_no_fault(
    verdict: Verdict, language: str
) -> None:
    program, files, need_ = ELSEWHERE[language]
    need(program)
    execution = await verdict(files)
    assert execution.summary == f"unseen: syntax: needs {need_}, which this sandbox does not have"
    assert execution.ok
    assert not execution.verified


ANSWERED = {
    "Rust": (
        "cargo",
        {
            "Cargo.toml": CARGO,
            "src/main.rs": "fn main() {\n    let mut line = String::new();\n"
            "    std::io::stdin().read_line(&mut line).unwrap();\n"
            '    let number: i32 = line.trim().parse().unwrap();\n    println!("{}", number);\n}\n',
        },
    ),
    "Java": (
        "javac",
        {
            "Main.java": "public class Main {\n    public static void main(String[] words) {\n"
            "        System.out.println(new java.util.Scanner(System.in).nextInt());\n    }\n}\n"
        },
    ),
}


@pytest.mark.parametrize("language", ANSWERED)
async def test_a_program_that_wants_an_answer_is_not_broken(
    verdict: Verdict, language: str
) -> None:
    program, files = ANSWERED[language]
    need(program)
    execution = await verdict(files)
    assert execution.ok, execution.summary


def test_a_project_is_known_by_the_file_that_says_so() -> None:
    for paths, name in (
        (["Cargo.toml", "src/main.rs", "tools/a.py", "tools/b.py"], "rust"),
        (["pom.xml", "src/main/java/A.java", "web/index.js"], "java"),
        (["CMakeLists.txt", "main.cpp", "app.py"], "c"),
    ):
        stack = detect_stack(paths)
        assert stack is not None
        assert stack.name == name


WORKSPACES: Mapping[str, tuple[str, dict[str, str]]] = {
    "Go": (
        "go",
        {
            "go.work": 'go 1.19\n\nuse (\n\t./app\n\t"./my core"\n)\n',
            "app/go.mod": "module a.example/app\n\ngo 1.19\n",
            "app/main.go": 'package main\n\nimport "a.example/core"\n\nfunc main() { println(core.Tip(5)) }\n',
            "my core/go.mod": "module a.example/core\n\ngo 1.19\n",
            "my core/core.go": "package core\n\nfunc Tip(bill int) int { return bill }\n",
            "my core/core_test.go": 'package core\n\nimport "testing"\n\n'
            "func TestTip(t *testing.T) {\n\tif Tip(5) != 5 {\n\t\tt.Fatal()\n\t}\n}\n",
        },
    ),
    "Rust": (
        "cargo",
        {
            "Cargo.toml": f'{CARGO}[workspace]\nmembers = ["core"]\n[dependencies]\ncore_of_tips = {{path = "core"}}\n',
            "src/main.rs": "fn main() {\n    println!(\"{}\", core_of_tips::tip(5));\n}\n",
            "core/Cargo.toml": CARGO.replace('"tips"', '"core_of_tips"'),
            "core/src/lib.rs": "pub fn tip(bill: i32) -> i32 {\n    bill\n}\n\n"
            "#[test]\nfn tips() {\n    assert_eq!(tip(5), 5);\n}\n",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", WORKSPACES)
async def test_every_module_of_a_workspace_is_built_and_tested(
    verdict: Verdict, language: str
) -> None:
    program, files = WORKSPACES[language]
    need(program)
    execution = await verdict(files)
    assert execution.summary == "tested: 1 of 1 passed; starts", execution.failures
    assert execution.verified


@pytest.mark.parametrize(
    ("manifest", "whole"),
    [
        (CARGO, False),
        (f'{CARGO}[workspace]\nmembers = ["core"]\n', True),
        ('[workspace]\nmembers = ["app", "board"]\ndefault-members = ["app"]\n', False),
        ("[workspace", False),
    ],
)
def test_members_are_tested_too_unless_a_workspace_of_rust_says_which(
    manifest: str, whole: bool
) -> None:
    run = stacks()["rust"].test_run({"Cargo.toml": manifest, "src/main.rs": RUST})
    assert ("--workspace" in run.command, "--workspace" in run.reported) == (whole, whole)


def test_a_test_of_rust_is_one_wherever_it_stands_on_its_line() -> None:
    sources = {
        "a.rs": "mod tests { use super::*; #[test] fn adds() { assert_eq!(add(1, 2), 3); } }",
        "b.rs": '    #[tokio::test(flavor = "multi_thread")]\n    async fn waits() {}',
        "c.rs": "#[cfg(test)]\nmod tests;\nfn test() {}",
    }
    assert stacks()["rust"].code.holding_tests(sources) == ["a.rs", "b.rs"]
