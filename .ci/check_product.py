"""Fails unless the run told on standard input delivered a program that starts."""

import json
import sys

summary = json.load(sys.stdin)["summary"]
checks = {check["name"]: check["ok"] for check in summary["checks"]}
print(f"{summary['status']}, exit code {summary['exit_code']}: {checks}")
sys.exit(0 if checks.get("syntax") and checks.get("start") else "the product does not start")
