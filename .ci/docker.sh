#!/bin/sh
# Makes sure that a Docker engine answers and that the base image of the sandbox exists.
# Installs what is missing from Debian's packages; quick and silent when all is there.
set -eu

base=softhouse-base:bookworm
suite=bookworm
edition=3
include=python3,python3-venv,ca-certificates,nodejs,xvfb,python3-tk
cache=${XDG_CACHE_HOME:-$HOME/.cache}/softhouse-ci
tree=$cache/$suite-$edition.tar

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

engine_answers() {
    docker version >/dev/null 2>&1
}

start_engine() {
    command -v dockerd >/dev/null || install_packages docker.io iptables
    engine_answers && return
    as_root mkdir -p "$cache"
    as_root setsid nohup dockerd >"$cache/dockerd.log" 2>&1 </dev/null &
    tries=0
    until engine_answers; do
        tries=$((tries + 1))
        if [ "$tries" -gt 60 ]; then
            echo "dockerd does not answer after a minute; the end of $cache/dockerd.log:" >&2
            tail -n 20 "$cache/dockerd.log" >&2
            exit 1
        fi
        sleep 1
    done
}

base_is_there() {
    [ "$(docker image inspect --format '{{index .Config.Labels "softhouse.base"}}' "$base" 2>/dev/null)" = "$edition" ]
}

make_base() {
    mkdir -p "$cache"
    if [ ! -f "$tree" ]; then
        command -v debootstrap >/dev/null || install_packages debootstrap
        root=$(mktemp -d "$cache/root.XXXXXX")
        mirror=$(sed -n 's|^\(URIs:\|deb\) *\(\[[^]]*\] *\)\{0,1\}\(https\{0,1\}://[^ ]*/debian\)/\{0,1\} *.*|\3|p' \
            /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
        as_root debootstrap --variant=minbase --include="$include" "$suite" "$root" \
            ${mirror:+"$mirror"} >"$cache/debootstrap.log" 2>&1 ||
            { tail -n 20 "$cache/debootstrap.log" >&2; exit 1; }
        as_root rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* \
            "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/locale/*
        as_root tar --one-file-system -C "$root" -cf "$tree.part" .
        as_root mv "$tree.part" "$tree"
        as_root rm -rf "$root"
    fi
    docker import --change "LABEL softhouse.base=$edition" "$tree" "$base" >/dev/null
}

engine_answers || start_engine
base_is_there || make_base
