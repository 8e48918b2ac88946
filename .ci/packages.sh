#!/bin/sh
# Makes sure of what the tests need of this machine's own packages: Chromium, an X server without a
# screen, the servers of databases that they start, and the languages whose programs they build.
set -eu

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

missing=
need() { command -v "$1" >/dev/null || missing="$missing $2"; }
need chromium chromium
need Xvfb "xvfb tk"
[ -n "$(ls /usr/lib/postgresql/*/bin/postgres 2>/dev/null)" ] || missing="$missing postgresql"
need /usr/sbin/mariadbd mariadb-server-core
need my_print_defaults mariadb-client-core
need go golang-go
need /usr/bin/cargo "cargo rustc"
need /usr/bin/javac default-jdk-headless
need /usr/bin/c++ "gcc g++ libc6-dev"
need /usr/bin/make make
need /usr/bin/cmake cmake
[ -e /usr/share/java/junit-platform-console-standalone.jar ] || missing="$missing junit5"

[ -n "$missing" ] || exit 0
as_root apt-get update -qq
# shellcheck disable=SC2086 - one word a package
as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
