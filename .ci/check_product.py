"""Fails unless the run told on standard input delivered a program that starts; with `--judged`, unless
it delivered one that was run in the sandbox, whatever came of it."""

import json
import sys

summary = json.load(sys.stdin)["summary"]
checks = {check["name"]: check["ok"] for check in summary["checks"]}
print(f"{summary['status']}, exit code {summary['exit_code']}: {checks}")
if "--judged" in sys.argv:
    sys.exit(0 if checks and summary["exit_code"] in (0, 1) else "nothing was delivered and judged")
sys.exit(0 if checks.get("syntax") and checks.get("start") else "the product does not start")
