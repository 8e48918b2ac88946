"""Tests that a task names are run on the product one by one, and are the customer's whatever the company
made of them."""

import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from company.errors import ConfigurationError
from company.lab.evaluation.customers_tests import customers_tests, with_tests
from company.lab.evaluation.named_tests import check_tests
from tests.support.labs import task
from tests.support.sandboxes import make_backend
from warehouse.product.product import Product
from warehouse.sandbox.sandbox import SandboxBackend

SUMS = b"def add(a, b):\n    return a + b\n\n\ndef twice(a):\n    return add(a, 1)\n"
RIGHT = SUMS.replace(b"add(a, 1)", b"add(a, a)")
TESTS = b"""
import pytest
import sums

def test_add():
    assert sums.add(1, 2) == 3

class TestTwice:
    @pytest.mark.parametrize("number", [1, 5])
    def test_of_a_number(self, number):
        assert sums.twice(number) == 2 * number

@pytest.mark.skip(reason="not today")
def test_skipped():
    pass

@pytest.mark.xfail
def test_marked():
    assert sums.add("a", 1)
"""
BASE = {"sums.py": SUMS, "tests/test_sums.py": TESTS, "tests/helper.py": b"LIMIT = 3\n"}
NAMED = {
    "fail_to_pass": ["tests/test_sums.py::TestTwice::test_of_a_number[5]", "tests/test_sums.py::TestTwice"],
    "pass_to_pass": ["tests/test_sums.py::test_add", "tests/test_sums.py::test_marked"],
}  # fmt: skip


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[SandboxBackend]:
    backend = await make_backend("bubblewrap", tmp_path)
    yield backend
    await backend.close()


async def faults(
    backend: SandboxBackend, files: Mapping[str, bytes], **keys: Any
) -> dict[str, str]:
    """Why named tests did not pass, by name."""
    outcomes = await check_tests(files, task(**keys), backend)
    return {each.name: each.reason for each in outcomes if not each.passed}


async def test_each_named_test_and_each_group_has_an_outcome(backend: SandboxBackend) -> None:
    outcomes = await check_tests({**BASE, "sums.py": RIGHT}, task(**NAMED), backend)
    assert [(each.kind, each.name, each.passed) for each in outcomes] == [
        (kind, name, True) for kind, names in NAMED.items() for name in names
    ]


async def test_what_did_not_pass_says_why(backend: SandboxBackend) -> None:
    named = [*NAMED["fail_to_pass"], *NAMED["pass_to_pass"]]
    more = ["tests/test_sums.py::test_skipped", "tests/test_sums.py::test_gone", "tests/test_no.py"]
    assert await faults(backend, BASE, fail_to_pass=[*named, *more]) == {
        "tests/test_sums.py::TestTwice::test_of_a_number[5]": "it failed",
        "tests/test_sums.py::TestTwice": "it failed",
        "tests/test_sums.py::test_marked": "it failed, as it is marked to",
        "tests/test_sums.py::test_skipped": "it was skipped",
        "tests/test_sums.py::test_gone": "it was not run",
        "tests/test_no.py": "it was not run",
    }


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
async def test_tests_of_several_languages_and_what_is_set_up_before_them(
    backend: SandboxBackend,
) -> None:
    spec = (
        'const { describe, it } = require("node:test");\n'
        'const assert = require("node:assert");\n'
        'const limit = Number(require("node:fs").readFileSync("limit.txt"));\n'
        'describe("limits", () => {\n'
        '  it("is three", () => assert.equal(limit, 3));\n'
        '  it("is four", () => assert.equal(limit, 4));\n'
        "});\n"
    )
    files = {**BASE, "test/limit.test.js": spec.encode()}
    names = ["tests/test_sums.py::test_add", *(f"test/limit.test.js::limits > is {n}" for n in ("three", "four"))]  # fmt: skip
    setup = [{"run": ["sh", "-c", "echo 3 > limit.txt"], "files": {"limit.txt": {"equals": "3"}}}]
    assert await faults(backend, files, fail_to_pass=names, setup=setup) == {names[2]: "it failed"}
    no_setup = await faults(backend, files, fail_to_pass=names[:1], setup=["python nowhere.py"])
    assert no_setup[names[0]].startswith(
        "it was not run: `python nowhere.py`: exit code 2, not exit code 0"
    )


PATCH = """\
diff --git a/tests/test_sums.py b/tests/test_more.py
similarity index 90%
rename from tests/test_sums.py
rename to tests/test_more.py
--- a/tests/test_sums.py
+++ b/tests/test_more.py
@@ -3,5 +3,5 @@
 import sums
\x20
 def test_add():
-    assert sums.add(1, 2) == 3
+    assert sums.add(1, 2) == 3 == sums.add(3, 0)
\x20
diff --git a/tests/data.txt b/tests/data.txt
new file mode 100644
--- /dev/null
+++ b/tests/data.txt
@@ -0,0 +1 @@
+three
\\ No newline at end of file
"""


def test_a_company_that_rewrote_the_tests_is_judged_by_the_customers(tmp_path: Path) -> None:
    product = Product.create(tmp_path / "product")
    about = {"author": "A", "role": "a", "message": "m", "trailers": {}, "at": "2026-01-01T00:00:00Z"}  # fmt: skip
    commit = product.commit(dict(BASE), parent=None, **about)
    assert commit is not None
    asked = task(
        repository="there", fail_to_pass=["tests/test_more.py"], test_files={"tests/own.txt": "x"},
        pass_to_pass=["tests/test_sums.py::test_add"], test_patch=PATCH,
    )  # fmt: skip
    theirs = customers_tests(BASE, asked, product.path / ".git", commit.sha)
    delivered = {
        "sums.py": RIGHT,
        "tests/test_sums.py": b"def test_add(): pass\n",
        "tests/helper.py": b"LIMIT = 0\n",
        "tests/test_own.py": b"",
        "conftest.py": b"collect_ignore = ['tests']\n",
    }
    assert with_tests(delivered, theirs) == {
        "sums.py": RIGHT,
        "tests/data.txt": b"three",
        "tests/helper.py": BASE["tests/helper.py"],
        "tests/own.txt": b"x",
        "tests/test_more.py": TESTS.replace(b"2) == 3\n", b"2) == 3 == sums.add(3, 0)\n"),
        "tests/test_own.py": b"",
    }
    for spoiled, said in {
        PATCH.replace("import sums", "import sumz"): r"patch failed: tests/test_sums.py:3",
        PATCH.replace("tests/data.txt", "../data.txt"): "invalid path '../data.txt'",
        PATCH.replace("mode 100644", "mode 120000"): "'tests/data.txt' would be no plain file",
        "no patch at all": "No valid patches in input|unrecognized input",
    }.items():
        amiss = asked.model_copy(update={"test_patch": spoiled})
        with pytest.raises(ConfigurationError, match=rf"does not fit the commit \w+: .*({said})"):
            customers_tests(BASE, amiss, product.path / ".git", commit.sha)
