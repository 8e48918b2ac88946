#!/bin/sh
# Makes sure that Go is here, with which the tests build a program whose language is one card.
set -eu

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

command -v go >/dev/null && exit 0
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends golang-go >/dev/null
