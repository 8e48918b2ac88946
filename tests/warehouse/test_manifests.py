"""A manifest may name packages, and nothing that could run code or move the index."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.sandbox.dependencies import read_manifests
from warehouse.sandbox.stacks.cards import stacks
from warehouse.sandbox.stacks.code import ManifestRejected, Requirements
from warehouse.sandbox.stacks.stack import DependencyRule, Stack

PYTHON = stacks()["python"]
JAVASCRIPT = stacks()["javascript"]


def wanted_by(stack: Stack, manifest: bytes) -> Requirements:
    """What a product asks for whose manifest is this."""
    assert stack.dependencies is not None or stack.name == "go"
    name = stack.dependencies.manifest if stack.dependencies else "go.mod"
    return read_manifests(stack, {name: manifest})


def test_names_and_versions_are_taken() -> None:
    text = '\ufeff# wanted\nFlask>=3,<4  # web\n\nrich[jupyter]==14.0\ntomli; python_version < "3.11"\r\n'
    wanted = wanted_by(PYTHON, text.encode())
    assert wanted.names == ("Flask", "rich", "tomli")
    assert wanted.content.decode() == (
        'Flask<4,>=3\nrich[jupyter]==14.0\ntomli; python_version < "3.11"\n'
    )


def test_the_order_of_lines_does_not_matter() -> None:
    first, second = (wanted_by(PYTHON, text) for text in (b"b\na>=1\n", b"a >= 1\nb\nb\n"))
    assert first.content == second.content


@pytest.mark.parametrize(
    "line",
    [
        "-e ../other",
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
        wanted_by(PYTHON, f"rich\n{line}\n".encode())


@given(st.text(max_size=200))
def test_what_is_taken_holds_plain_requirements_only(text: str) -> None:
    try:
        wanted = wanted_by(PYTHON, text.encode(errors="surrogatepass"))
    except ManifestRejected:
        return
    for line in wanted.content.decode().splitlines():
        assert not line.startswith(("-", "/", ".", "$"))
        assert " @ " not in line


def test_a_manifest_that_is_no_text_or_too_long_is_refused() -> None:
    for content in (b"\x80", b"\xff\xfe\x00"):
        with pytest.raises(ManifestRejected, match="no text in UTF-8"):
            wanted_by(PYTHON, content)
    with pytest.raises(ManifestRejected, match="longer than 64 kB"):
        wanted_by(PYTHON, b"#" * 70_000)
    with pytest.raises(ManifestRejected, match="more than 200 packages"):
        wanted_by(PYTHON, b"\n".join(b"p%d" % number for number in range(201)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_requirements_are_read_in_the_encodings_that_tools_write(encoding: str) -> None:
    mark = "\ufeff" if encoding.endswith("e") else ""
    text = f"{mark}flask>=3  # größer\r\nrich\r\n".encode(encoding)
    assert wanted_by(PYTHON, text).names == ("flask", "rich")


@pytest.mark.parametrize("line", ["json", "sqlite3", "tkinter>=8", "Dataclasses", "asyncio==3.4.3"])
def test_modules_that_come_with_python_are_left_out(line: str) -> None:
    assert wanted_by(PYTHON, f"{line}\nflask\n".encode()).names == ("flask",)


def test_a_project_names_what_it_and_its_tests_need() -> None:
    project = """
        [project]
        name = "own"
        dependencies = ["flask>=3", 'tomli; python_version < "3.11"', "json"]
        [project.optional-dependencies]
        test = ["hypothesis"]
        docs = ["sphinx"]
        [dependency-groups]
        dev = ["respx", {include-group = "lint"}]
        lint = ["ruff"]
    """
    wanted = read_manifests(PYTHON, {"pyproject.toml": project.encode()})
    assert set(wanted.names) == {"flask", "tomli", "hypothesis", "respx"}
    both = {"pyproject.toml": project.encode(), "requirements.txt": b"rich\n"}
    assert set(read_manifests(PYTHON, both).names) == {*wanted.names, "rich"}


@pytest.mark.parametrize(
    "project",
    [
        '[project]\ndependencies = ["evil @ https://evil.example/x.tar.gz"]',
        '[project]\ndependencies = ["-e ."]',
        '[dependency-groups]\ntest = ["../up"]',
        "[project",
        "a=" + "[" * 60_000,
    ],
)
def test_a_project_that_asks_for_more_is_refused(project: str) -> None:
    with pytest.raises(ManifestRejected, match=r"^pyproject\.toml"):
        read_manifests(PYTHON, {"pyproject.toml": project.encode()})


@pytest.mark.parametrize(
    "project", ["", "project = 1", "[project]\ndependencies = 'flask'", "[project]\nname = 'x'"]
)
def test_a_project_that_needs_nothing_asks_for_nothing(project: str) -> None:
    assert read_manifests(PYTHON, {"pyproject.toml": project.encode()}).names == ()


def test_of_a_package_json_only_the_dependencies_are_taken() -> None:
    document = {
        "scripts": {"preinstall": "rm -rf /"},
        "dependencies": {"express": "^4.18.0", "@scope/x": "1.x || >=2.0.0 <3", "y": "latest"},
    }
    wanted = wanted_by(JAVASCRIPT, json.dumps(document).encode())
    assert wanted.names == ("express", "@scope/x", "y")
    assert set(json.loads(wanted.content)) == {"private", "dependencies"}
    assert wanted_by(JAVASCRIPT, b"{}").names == ()


@pytest.mark.parametrize(
    "version",
    ["git+https://x/y.git", "file:../x", "user/repo", "https://x/y.tgz", "npm:other@1", 1, None],
)
def test_addresses_and_paths_in_a_package_json_are_refused(version: object) -> None:
    document = json.dumps({"dependencies": {"evil": version}}).encode()
    with pytest.raises(ManifestRejected, match=r"package\.json: 'evil'"):
        wanted_by(JAVASCRIPT, document)


@pytest.mark.parametrize("name", ["../x", "-g", "", "Über", "a/b"])
def test_names_that_are_none_in_a_package_json_are_refused(name: str) -> None:
    document = json.dumps({"dependencies": {name: "1"}}).encode()
    with pytest.raises(ManifestRejected, match="cannot be installed here"):
        wanted_by(JAVASCRIPT, document)


@pytest.mark.parametrize("text", [b"", b"[]", b"[" * 60_000, b'{"dependencies": []}', b"nul"])
def test_a_package_json_that_is_none_is_refused(text: bytes) -> None:
    with pytest.raises(ManifestRejected, match=r"package\.json"):
        wanted_by(JAVASCRIPT, text)


def test_a_manifest_that_nobody_here_can_read_is_refused() -> None:
    rule = DependencyRule(manifest="go.mod", fetch=("go", "mod", "download"), unpack=("true",))
    go = stacks()["go"]
    assert wanted_by(go, b"require evil.example v1").names == ()
    with pytest.raises(ManifestRejected, match="use its standard library"):
        wanted_by(go.model_copy(update={"dependencies": rule}), b"require evil.example v1")
