"""`softhouse doctor`: what this machine can do, and how to mend the rest."""

from pathlib import Path

import click

from company.cli.options import json_option, products_option


@click.command(epilog="Example: softhouse doctor --json")
@products_option
@json_option
def command(products: Path | None, as_json: bool) -> int:
    """Look at Python, git, sandboxes, models, the products folder and the disk.

    Exit code 0 if a run is possible, else 1. Of keys, only the names of their variables are shown.
    """
    import asyncio
    from dataclasses import asdict

    from company.cli.doctor.checkup import checkup
    from company.cli.output import say, say_json
    from warehouse.runs.folders import products_folder

    findings = asyncio.run(checkup(products_folder(products)))
    possible = all(finding.ok for finding in findings if finding.needed)
    if as_json:
        say_json({"run_possible": possible, "findings": [asdict(f) for f in findings]})
        return 0 if possible else 1
    for finding in findings:
        mark = "✓" if finding.ok else "✗" if finding.needed else "–"
        say(f"{mark} {finding.name:<18} {finding.detail}")
        if finding.fix:
            say(f"{'':<21}{finding.fix}")
    say(
        "\nA run is possible."
        if possible
        else "\nA run is not possible yet: mend what is marked ✗."
    )
    return 0 if possible else 1
