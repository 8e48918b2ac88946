#!/bin/sh
# Makes sure that an X server without a screen is here, on which windows of products are opened.
set -eu

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

command -v Xvfb >/dev/null && exit 0
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends xvfb tk >/dev/null
