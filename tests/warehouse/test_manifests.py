"""A manifest may name packages, and nothing that could run code or move the index."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.sandbox.dependencies import read_manifest
from warehouse.sandbox.stacks.cards import stacks
from warehouse.sandbox.stacks.code import ManifestRejected
from warehouse.sandbox.stacks.stack import DependencyRule

PYTHON = stacks()["python"]
JAVASCRIPT = stacks()["javascript"]


def test_names_and_versions_are_taken() -> None:
    text = '\ufeff# wanted\nFlask>=3,<4  # web\n\nrich[jupyter]==14.0\ntomli; python_version < "3.11"\r\n'
    wanted = read_manifest(PYTHON, text.encode())
    assert wanted.names == ("Flask", "rich", "tomli")
    assert wanted.content.decode() == (
        'Flask<4,>=3\nrich[jupyter]==14.0\ntomli; python_version < "3.11"\n'
    )


def test_the_order_of_lines_does_not_matter() -> None:
    first, second = (read_manifest(PYTHON, text) for text in (b"b\na>=1\n", b"a >= 1\nb\nb\n"))
    assert first.content == second.content


@pytest.mark.parametrize(
    "line",
    [
        "-e .",
        "-r other.txt",
        "--index-url https://evil.example/simple",
        "--extra-index-url=https://evil.example/simple",
        "git+https://example.com/x.git",
        "evil @ git+https://example.com/x.git",
        "evil @ file:///etc",
        "https://example.com/x.whl",
        "./local",
        "/etc/passwd",
        "../up.whl",
        "flask --global-option=x",
        "flask==1.0 --hash=sha256:00 \\",
        "a b",
        "${HOME}",
        "flask\0",
    ],
)
def test_anything_else_is_refused_by_line(line: str) -> None:
    with pytest.raises(ManifestRejected, match=r"requirements\.txt:2: .*one package name"):
        read_manifest(PYTHON, f"rich\n{line}\n".encode())


@given(st.text(max_size=200))
def test_what_is_taken_holds_plain_requirements_only(text: str) -> None:
    try:
        wanted = read_manifest(PYTHON, text.encode(errors="surrogatepass"))
    except ManifestRejected:
        return
    for line in wanted.content.decode().splitlines():
        assert not line.startswith(("-", "/", ".", "$"))
        assert " @ " not in line


def test_a_manifest_that_is_no_text_or_too_long_is_refused() -> None:
    with pytest.raises(ManifestRejected, match="not UTF-8"):
        read_manifest(PYTHON, b"\xff\xfe")
    with pytest.raises(ManifestRejected, match="longer than 64 kB"):
        read_manifest(PYTHON, b"#" * 70_000)
    with pytest.raises(ManifestRejected, match="more than 200 packages"):
        read_manifest(PYTHON, b"\n".join(b"p%d" % number for number in range(201)))


def test_of_a_package_json_only_the_dependencies_are_taken() -> None:
    document = {
        "scripts": {"preinstall": "rm -rf /"},
        "dependencies": {"express": "^4.18.0", "@scope/x": "1.x || >=2.0.0 <3", "y": "latest"},
    }
    wanted = read_manifest(JAVASCRIPT, json.dumps(document).encode())
    assert wanted.names == ("express", "@scope/x", "y")
    assert set(json.loads(wanted.content)) == {"private", "dependencies"}
    assert read_manifest(JAVASCRIPT, b"{}").names == ()


@pytest.mark.parametrize(
    "version",
    ["git+https://x/y.git", "file:../x", "user/repo", "https://x/y.tgz", "npm:other@1", 1, None],
)
def test_addresses_and_paths_in_a_package_json_are_refused(version: object) -> None:
    document = json.dumps({"dependencies": {"evil": version}}).encode()
    with pytest.raises(ManifestRejected, match=r"package\.json: 'evil'"):
        read_manifest(JAVASCRIPT, document)


@pytest.mark.parametrize("name", ["../x", "-g", "", "Über", "a/b"])
def test_names_that_are_none_in_a_package_json_are_refused(name: str) -> None:
    document = json.dumps({"dependencies": {name: "1"}}).encode()
    with pytest.raises(ManifestRejected, match="cannot be installed here"):
        read_manifest(JAVASCRIPT, document)


@pytest.mark.parametrize("text", [b"", b"[]", b"[" * 60_000, b'{"dependencies": []}', b"nul"])
def test_a_package_json_that_is_none_is_refused(text: bytes) -> None:
    with pytest.raises(ManifestRejected, match=r"package\.json"):
        read_manifest(JAVASCRIPT, text)


def test_a_manifest_that_nobody_here_can_read_is_refused() -> None:
    rule = DependencyRule(manifest="go.mod", fetch=("go", "mod", "download"), unpack=("true",))
    go = stacks()["go"]
    assert read_manifest(go, b"require evil.example v1").names == ()
    with pytest.raises(ManifestRejected, match="use its standard library"):
        read_manifest(go.model_copy(update={"dependencies": rule}), b"require evil.example v1")
