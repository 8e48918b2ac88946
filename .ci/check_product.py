"""Fails unless the run told on standard input delivered a program that starts."""

import json
import sys

checks = {check["name"]: check["ok"] for check in json.load(sys.stdin)["summary"]["checks"]}
print(checks)
sys.exit(0 if checks.get("syntax") and checks.get("start") else "the product does not start")
