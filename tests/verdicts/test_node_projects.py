"""Projects with a package.json: made, tested and started as it says, with the packages that it names.

They are fetched from the registry of this machine, as any product's: the tests with packages are slow.
"""

import json
import shutil

import pytest

from tests.verdicts.conftest import Verdict
from warehouse.events import SuiteCounts
from warehouse.sandbox.stacks.cards import stacks

pytestmark = pytest.mark.skipif(not shutil.which("npm"), reason="needs node and npm")
JAVASCRIPT = stacks()["javascript"]
SAYS = "console.log('Welcome', process.argv.length);\n"


def package(**about: object) -> str:
    return json.dumps({"name": "tips", "version": "1.0.0", **about})


STARTED = {
    "its script start": (
        {"package.json": package(scripts={"start": "node bin/tips.js"}), "bin/tips.js": SAYS,
         "bin/other.js": "process.exit(3);\n"},
        "Welcome 2",
    ),
    "a script that calls others": (
        {"package.json": package(scripts={"start": "npm run serve -- now", "serve": "node tips.js",
                                          "build": "mkdir -p made && cp tips.js made"}),
         "tips.js": SAYS, "other.js": "process.exit(3);\n"},
        "Welcome 3",
    ),
    "its command": (
        {"package.json": package(bin={"tips": "./lib/tips.js"}), "lib/tips.js": SAYS,
         "lib/other.js": "process.exit(3);\n"},
        "Welcome 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", STARTED)
async def test_a_project_is_started_as_it_says(verdict: Verdict, how: str) -> None:
    files, output = STARTED[how]
    execution = await verdict(files)
    assert execution.checks[-1].output == output
    assert execution.verified


@pytest.mark.parametrize(
    "files",
    [
        {"sums.js": "function total(numbers) {\n  return 3;\n}\nmodule.exports = { total };\n"},
        {"sums.mjs": "import { sep } from 'node:path';\n\nexport const mark = sep;\n"},
    ],
)
async def test_a_library_is_imported(verdict: Verdict, files: dict[str, str]) -> None:
    execution = await verdict(files)
    assert execution.summary == "imports; unseen: whether it does what was asked: it has no tests"
    assert execution.verified


async def test_a_library_that_cannot_be_imported_does_not_hold(verdict: Verdict) -> None:
    execution = await verdict(
        {"sums.mjs": "import { none } from 'node:path';\n\nexport { none };\n"}
    )
    assert execution.summary == "cannot be imported: exit code 1"


CASES = """
describe("tips", () => {
  it("is a tenth", () => { if (tip(50) !== 5) throw new Error("no tenth"); });
  it("is a fifth", () => { if (tip(50) !== FIFTH) throw new Error("no fifth"); });
  it.skip("comes later", () => { throw new Error("now"); });
});
"""
MODULE = "module.exports = { tip: (bill) => bill / 10 };\n"
RUNNERS = {
    "mocha": (  # which the project calls and forgot to name
        {"package.json": package(scripts={"test": "npx mocha --recursive"})},
        'const { tip } = require("../tips.js");',
    ),
    "jest": (
        {"package.json": package(scripts={"test": "jest --coverage"}, devDependencies={"jest": "^29"})},
        'const { tip } = require("../tips.js");',
    ),
    "vitest": (
        {"package.json": package(scripts={"test": "vitest"}, devDependencies={"vitest": "^3"})},
        'import { describe, it } from "vitest";\nimport { tip } from "../tips.js";',
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("runner", RUNNERS)
async def test_the_project_s_own_runner_reports_on_each_test(verdict: Verdict, runner: str) -> None:
    files, imports = RUNNERS[runner]
    for fifth, ok, counts in ((10, False, (3, 1, 1, 1, 0)), (5, True, (3, 2, 0, 1, 0))):
        cases = f"{imports}\n{CASES.replace('FIFTH', str(fifth))}"
        execution = await verdict({**files, "tips.js": MODULE, "test/tips.spec.js": cases})
        (tests,) = [check for check in execution.checks if check.name == "tests"]
        assert (tests.ok, tests.tests) == (ok, SuiteCounts(*counts)), tests.output
        assert execution.verified is ok


@pytest.mark.slow
async def test_tests_that_end_their_process_before_their_end_are_not_believed(
    verdict: Verdict,
) -> None:
    files, imports = RUNNERS["mocha"]
    ends = f'{imports}\ndescribe("tips", () => {{ it("ends", () => process.exit(0)); }});\n'
    execution = await verdict({**files, "tips.js": MODULE, "test/tips.spec.js": ends})
    assert "not believed: the tests ended before their end" in execution.summary


TIP = "export function tip(bill: number): number {\n  return bill / 10;\n}\n"
TYPED = {
    "tip.ts": TIP,
    "main.ts": "import { tip } from './tip';\n\nconsole.log('tip', tip(50));\n",
    "main.test.ts": "import assert from 'node:assert';\nimport test from 'node:test';\n"
    "import { tip } from './tip';\n\ntest('a tenth', () => assert.equal(tip(50), 5));\n",
}


@pytest.mark.slow
class TestTypeScript:
    async def test_a_right_program_is_checked_tested_and_started(self, verdict: Verdict) -> None:
        execution = await verdict(TYPED)
        assert execution.verified, [check.output for check in execution.checks]
        assert execution.checks[-1].output == "tip 5"
        assert "tested: 1 of 1 passed" in execution.summary

    async def test_a_library_is_imported(self, verdict: Verdict) -> None:
        layout = "export default function Layout(about: { children: object }) {\n  return <b>{about.children}</b>;\n}\n"
        execution = await verdict({"src/layout.ts": TIP, "app/(shop)/layout.tsx": layout})
        assert (
            execution.summary == "imports; unseen: whether it does what was asked: it has no tests"
        )

    async def test_a_test_that_fails_is_a_failure(self, verdict: Verdict) -> None:
        execution = await verdict({**TYPED, "tip.ts": TIP.replace("10", "8")})
        assert "tests fail: 0 of 1 passed, 1 failed" in execution.summary

    async def test_a_wrong_type_is_told_with_its_line(self, verdict: Verdict) -> None:
        execution = await verdict(
            {**TYPED, "main.ts": "import { tip } from './tip';\n\ntip('x');\n"}
        )
        (syntax,) = execution.checks
        assert (syntax.ok, "main.ts:3: error" in syntax.output) == (False, True), syntax.output

    async def test_a_project_that_is_compiled_is_started_as_made(self, verdict: Verdict) -> None:
        options = {"compilerOptions": {"outDir": "dist", "module": "commonjs", "target": "es2022",
                                       "strict": True, "types": ["node"]}, "include": ["src"]}  # fmt: skip
        execution = await verdict(
            {
                "package.json": package(scripts={"build": "tsc", "start": "node dist/main.js"}),
                "tsconfig.json": json.dumps(options),
                "src/tip.ts": TIP,
                "src/main.ts": TYPED["main.ts"],
            }
        )
        assert execution.checks[-1].output == "tip 5", [check.output for check in execution.checks]
        assert execution.verified

    async def test_a_page_of_a_framework_that_nobody_names_is_unseen(
        self, verdict: Verdict
    ) -> None:
        page = "import Link from 'next/link';\n\nexport default function Page() {\n  return <Link href='/'>Home</Link>;\n}\n"
        execution = await verdict({"app/blog/[slug]/page.tsx": page})
        assert "needs packages that no package.json names" in execution.summary
        assert execution.ok
        broken = await verdict({"app/blog/[slug]/page.tsx": page.replace("</Link>", "")})
        assert "does not start: the code does not hold together" in broken.summary
