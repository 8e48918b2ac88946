#!/usr/bin/env bash
# One run as the README shows it, with the embedded model in the bubblewrap sandbox, and a look at
# what came out. A small model's tests may fail (exit code 1); its program must start.
set -euo pipefail
cd "$(dirname "$0")/.."

products=$(mktemp -d)
trap 'rm -rf "$products"' EXIT

timeout 900 make --no-print-directory run \
    TASK="a tip calculator for the command line with tests" \
    ARGS="--sandbox bubblewrap --seed 1 --products $products --plain" || true

.venv/bin/softhouse runs --products "$products"
git -C "$products"/*/product log --format='%h %an: %s'
.venv/bin/softhouse show last --products "$products" --json | .venv/bin/python .ci/check_product.py
