"""A product's bundles: what is new arrives whole, with its tags, and nothing else is believed."""

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.bundles import bundle_of, bytes_of
from warehouse.errors import ProductError
from warehouse.product.branches import BRANCH
from warehouse.product.bundle import EMPTY_PACK, Bundle, take_in
from warehouse.product.product import Product

A, B = {"main.py": b"print(1)\n"}, {"main.py": b"print(2)\n", "bin/go": b"#!/bin/sh\n"}


def commit(product: Product, changes: Mapping[str, bytes | None]) -> str:
    made = product.commit(
        changes,
        author="Programmer",
        role="programmer",
        message="work",
        trailers={},
        at="2026-01-02T03:04:05.678Z",
        parent=product.head(),
    )
    assert made is not None
    return made.sha


@pytest.fixture
def there(tmp_path: Path) -> Product:
    return Product.create(tmp_path / "there")


@pytest.fixture
def here(tmp_path: Path) -> Product:
    return Product.create(tmp_path / "here")


def carry(there: Product, here: Product, known: Mapping[str, str]) -> Mapping[str, str]:
    bundle = bundle_of(there, known)
    assert bundle is not None
    take_in(here, Bundle.parse(bytes_of(bundle)))
    return {**known, **bundle.refs}


def test_commits_files_and_tags_arrive_bit_by_bit(there: Product, here: Product) -> None:
    first = commit(there, A)
    known = carry(there, here, {})
    assert here.head() == first
    commit(there, B)
    there.tag("coding", first)
    known = carry(there, here, known)
    assert here.log() == there.log()
    here.restore(here.head())
    assert (here.path / "bin/go").stat().st_mode & 0o111
    assert bundle_of(there, known) is None


def test_a_tag_arrives_alone_too(there: Product, here: Product) -> None:
    first = commit(there, A)
    commit(there, B)
    known = carry(there, here, {})
    there.tag("coding", first)
    bundle = bundle_of(there, known)
    assert bundle is not None
    assert bundle.pack == EMPTY_PACK
    take_in(here, Bundle.parse(bytes_of(bundle)))
    assert [entry.tags for entry in here.log()] == [[], ["coding"]]


def test_nothing_is_bundled_of_an_empty_product(there: Product) -> None:
    assert bundle_of(there, {}) is None


def test_git_itself_can_clone_one(there: Product, tmp_path: Path) -> None:
    commit(there, A)
    bundle = bundle_of(there, {})
    assert bundle is not None
    (tmp_path / "product.bundle").write_bytes(bytes_of(bundle))
    command = ["git", "clone", "-q", "-b", "main", "product.bundle", "cloned"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert (tmp_path / "cloned/main.py").read_bytes() == A["main.py"]


def test_what_goes_on_from_elsewhere_is_refused(there: Product, here: Product) -> None:
    known = {BRANCH: commit(there, A)}
    commit(there, B)
    with pytest.raises(ProductError, match="index-pack failed"):
        carry(there, here, known)
    assert here.head() is None


def test_a_bundle_that_names_what_it_does_not_hold_is_refused(
    there: Product, here: Product
) -> None:
    commit(there, A)
    bundle = bundle_of(there, {})
    assert bundle is not None
    with pytest.raises(ProductError, match="the pack lacks the commit"):
        take_in(here, replace(bundle, refs={BRANCH: "1" * 40}))
    assert here.head() is None


def test_a_damaged_pack_is_refused(there: Product, here: Product) -> None:
    commit(there, A)
    bundle = bundle_of(there, {})
    assert bundle is not None
    damaged = bundle.pack[:-30] + bytes(30)
    with pytest.raises(ProductError, match="index-pack failed"):
        take_in(here, replace(bundle, pack=damaged))
    assert here.head() is None


def test_a_link_in_a_bundle_is_not_laid_out(there: Product, here: Product) -> None:
    stream = (
        b"commit refs/heads/main\ncommitter a <a> 1 +0000\ndata 1\nx\n"
        b"M 120000 inline leak\ndata 11\n/etc/passwd\n\n"
    )
    command = ["git", "-C", str(there.path), "fast-import", "--quiet"]
    subprocess.run(command, input=stream, check=True)
    carry(there, here, {})
    with pytest.raises(ProductError, match="no plain file"):
        here.restore(here.head())
    assert not (here.path / "leak").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PACK",
        b"# v3 git bundle\n@object-format=sha1\n" + b"1" * 40 + b" refs/heads/main\n\n",
        b"# v2 git bundle\n\nPACK",
        b"# v2 git bundle\n" + b"1" * 40 + b" refs/heads/main",
        b"# v2 git bundle\n" + b"1" * 40 + b" a b\n\nPACK",
    ],
)
def test_what_is_no_bundle_of_a_product_is_refused(data: bytes) -> None:
    with pytest.raises(ProductError):
        Bundle.parse(data)


@pytest.mark.parametrize(
    "name",
    ["HEAD", "--stdin", "refs/heads/x", "refs/tags/-d", "refs/tags/../x", "refs/tags/a.lock"],
)
def test_a_ref_with_an_odd_name_is_refused(there: Product, here: Product, name: str) -> None:
    sha = commit(there, A)
    bundle = bundle_of(there, {})
    assert bundle is not None
    with pytest.raises(ProductError, match=r"is no tag name|no product has"):
        take_in(here, replace(bundle, refs={name: sha}))
