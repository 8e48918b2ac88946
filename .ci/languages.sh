#!/bin/sh
# Makes sure that the languages are here whose programs the tests build: what their cards in
# warehouse/sandbox/stacks need, from this machine's own packages.
set -eu

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

missing=
need() { [ -e "$1" ] || missing="$missing $2"; }
command -v go >/dev/null || missing=golang-go
need /usr/bin/cargo "cargo rustc"
need /usr/bin/javac default-jdk-headless
need /usr/share/java/junit-platform-console-standalone.jar junit5
need /usr/bin/c++ "gcc g++ libc6-dev"
need /usr/bin/make make
need /usr/bin/cmake cmake

[ -n "$missing" ] || exit 0
as_root apt-get update -qq
# shellcheck disable=SC2086 - one word a package
as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
