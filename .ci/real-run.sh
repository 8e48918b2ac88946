#!/usr/bin/env bash
# A run as the README shows it, with the embedded model in the bubblewrap sandbox, and a look at what
# came out. A small model's tests may fail (exit code 1); its program must start, with one of three
# seeds: what this model writes is not the same on every machine, and not always a program.
set -euo pipefail
cd "$(dirname "$0")/.."

products=$(mktemp -d)
trap 'rm -rf "$products"' EXIT

for seed in 1 2 3; do
    timeout 900 make --no-print-directory run \
        TASK="a tip calculator for the command line with tests" \
        ARGS="--sandbox bubblewrap --seed $seed --products $products/$seed --plain" || true
    .venv/bin/softhouse runs --products "$products/$seed"
    git -C "$products/$seed"/*/product log --format='%h %an: %s'
    .venv/bin/softhouse show last --products "$products/$seed" --json | .venv/bin/python .ci/check_product.py && exit
done
exit 1
