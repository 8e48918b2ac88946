"""Two changes of one file that touch different lines become one; of others nothing is made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.product.text_merge import merged

BASE = b"one\ntwo\nthree\nfour\n"
LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=8).map("\n".join).map(str.encode)


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        (b"ONE\ntwo\nthree\nfour\n", b"one\ntwo\nthree\nFOUR\n", b"ONE\ntwo\nthree\nFOUR\n"),
        (b"zero\n" + BASE, BASE + b"five\n", b"zero\n" + BASE + b"five\n"),
        (b"two\nthree\nfour\n", b"one\ntwo\nthree\n", b"two\nthree\n"),
        (BASE + b"five\n", BASE + b"five\n", BASE + b"five\n"),
        (b"one\nTWO\nthree\nfour\n", b"one\n2\nthree\nfour\n", None),
        (BASE + b"five\n", BASE + b"six\n", None),
        (BASE + b"\xff", b"zero\n" + BASE, None),
        (None, b"zero\n" + BASE, None),
    ],
)
def test_what_touches_different_lines_is_merged(
    ours: bytes | None, theirs: bytes, both: bytes | None
) -> None:
    assert merged(BASE, ours, theirs) == both
    assert merged(BASE, theirs, ours) == both


@given(base=LINES, ours=LINES, theirs=LINES)
def test_the_order_of_two_changes_does_not_matter(base: bytes, ours: bytes, theirs: bytes) -> None:
    assert merged(base, ours, theirs) == merged(base, theirs, ours)


@given(base=LINES, ours=LINES)
def test_one_change_beside_none_is_that_change(base: bytes, ours: bytes) -> None:
    assert merged(base, ours, base) == ours
    assert merged(base, ours, ours) == ours
