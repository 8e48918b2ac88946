#!/usr/bin/env bash
# One run from the README with the embedded model in the bubblewrap sandbox, and a look at what
# came out. A small model fails often, so the seed is one that is known to go well on this path.
set -euo pipefail
cd "$(dirname "$0")/.."

products=$(mktemp -d)
trap 'rm -rf "$products"' EXIT

.venv/bin/softhouse model pull --if-needed
timeout 900 .venv/bin/softhouse run \
    "A command-line program that prints the multiplication table of a number given as argument" \
    --company pair --sandbox bubblewrap --seed 1 --products "$products" --plain

.venv/bin/softhouse show last --products "$products" | tail -n 20
git -C "$products"/*/product log --format='%h %an: %s'
.venv/bin/python "$products"/*/product/main.py 7 | grep -q 49
