"""The rooms keep to themselves: who may import whom is checked on the real import graph."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_no_room_imports_what_stands_above_it() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


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
