#!/usr/bin/env bash
# A run as the README shows it, with the embedded model in the bubblewrap sandbox, and a look at what
# came out: a program that starts, with one of two seeds, or at least one that was delivered, run in the
# sandbox and judged. Whether a model this small writes a right program is no matter of the machinery.
set -euo pipefail
cd "$(dirname "$0")/.."

products=$(mktemp -d)
trap 'rm -rf "$products"' EXIT

for seed in 1 2; do
    timeout 900 make --no-print-directory run \
        TASK="a tip calculator for the command line with tests" \
        ARGS="--sandbox bubblewrap --seed $seed --products $products/$seed --plain" || true
    .venv/bin/softhouse runs --products "$products/$seed"
    git -C "$products/$seed"/*/product log --format='%h %an: %s'
    .venv/bin/softhouse show last --products "$products/$seed" --json | .venv/bin/python .ci/check_product.py && exit
done
.venv/bin/softhouse show last --products "$products/2" --json | .venv/bin/python .ci/check_product.py --judged
