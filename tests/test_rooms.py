"""The rooms keep to themselves: who may import whom is checked on the real import graph."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from warehouse.events import KINDS

ROOT = Path(__file__).parent.parent
ROOMS = "roles", "phases", "company", "warehouse", "tui", "softhouse"


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """The contracts of a tree, checked."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def test_no_room_imports_what_stands_above_it() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


def test_a_window_that_reaches_for_the_engine_breaks_its_contract(tmp_path: Path) -> None:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tui" / "reaching.py").write_text("from company.engine.run import Run\n")
    result = lint_imports(tmp_path)
    assert result.returncode == 1
    assert "tui.reaching -> company.engine.run" in result.stdout


def test_the_window_s_contract_names_all_of_the_company_but_remote() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (window,) = [each for each in contracts["contracts"] if each.get("source_modules") == ["tui"]]
    parts = {
        f"company.{path.stem}"
        for path in (ROOT / "company").iterdir()
        if path.suffix == ".py" or any(path.rglob("*.py"))
    }
    assert set(window["forbidden_modules"]) == parts - {"company.remote", "company.__init__"}


def runtime_imports(node: ast.AST) -> Iterator[str]:
    """Every name that is imported when the code runs, late imports too."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{name.name}" for name in names)
            case _:
                yield from runtime_imports(child)


def import_graph(root: Path) -> dict[str, set[str]]:
    """Module → the modules it imports, of all rooms."""
    files = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for room in ROOMS
        for path in (root / room).rglob("*.py")
    }

    def module_of(name: str) -> str:
        return name if name in files else name.rpartition(".")[0]

    return {
        module: {
            module_of(name)
            for name in runtime_imports(ast.parse(path.read_text("utf-8")))
            if module_of(name) in files.keys() - {module}
        }
        for module, path in files.items()
    }


def test_no_files_import_each_other_in_a_circle() -> None:
    TopologicalSorter(import_graph(ROOT)).prepare()


def test_a_late_import_closes_a_circle_and_one_for_types_does_not(tmp_path: Path) -> None:
    late, typed = tmp_path / "tui" / "late.py", tmp_path / "tui" / "typed.py"
    late.parent.mkdir()
    late.write_text("def f():\n    from tui.typed import g\n")
    typed.write_text("if TYPE_CHECKING:\n    from tui.late import f\n")
    TopologicalSorter(import_graph(tmp_path)).prepare()
    typed.write_text("from tui.late import f\n")
    with pytest.raises(CycleError, match=r"tui\.late"):
        TopologicalSorter(import_graph(tmp_path)).prepare()


def test_the_wheel_holds_the_rooms_and_nothing_else(tmp_path: Path) -> None:
    from zipfile import ZipFile

    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("softhouse-*.whl")
    names = ZipFile(wheel).namelist()
    rooms = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert rooms == {"roles", "phases", "company", "warehouse", "tui", "softhouse"}
    for path in (
        "roles/ceo.yaml",
        "phases/coding.yaml",
        "phases/chains/waterfall.yaml",
        "company/companies/default.yaml",
        "company/models/providers.yaml",
        "company/lab/metrics/metrics.yaml",
        "company/lab/report/report.html.j2",
        "company/lab/report/report.css",
        "warehouse/sandbox/stacks/python.yaml",
        "warehouse/sandbox/docker/Dockerfile",
        "warehouse/runs/demos/demo/journal.jsonl",
        "warehouse/runs/demos/demo/product.bundle",
        "warehouse/runs/demos/demo-waterfall/journal.jsonl",
        "warehouse/runs/demos/demo-waterfall/product.bundle",
    ):
        assert path in names


def test_kinds_of_events_are_named_by_their_structs_alone() -> None:
    kinds = [kind for kind in KINDS if "." in kind]
    literal = re.compile("|".join(rf"[\"']{re.escape(kind)}[\"']" for kind in kinds))
    assert len(kinds) > 8
    assert [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if "warehouse/events" not in path.as_posix() and literal.search(path.read_text("utf-8"))
    ] == []
