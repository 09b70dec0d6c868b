"""Text that becomes SQL stays what it is."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given, strategies as st

from core.errors import InputError
from core.storage.sql import check_name, ident, literal

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
CONNECTION = duckdb.connect()


@given(TEXTS.filter(bool))
def test_an_identifier_is_one_name(name: str) -> None:
    found = CONNECTION.execute(f"SELECT 1 AS {ident(name)}")
    assert [d[0] for d in found.description or []] == [name]


def test_an_identifier_refuses_nul() -> None:
    with pytest.raises(InputError):
        ident("a\0b")


@given(
    st.one_of(
        TEXTS, st.none(), st.booleans(), st.integers(-(2**62), 2**62), st.lists(TEXTS, min_size=1)
    )
)
def test_a_literal_is_that_value(value: Any) -> None:
    assert CONNECTION.execute(f"SELECT {literal(value)}").fetchone() == (value,)


@pytest.mark.parametrize("name", ["a", "people_2", "x" * 63])
def test_usable_names(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "A", "1a", "_a", "a-b", "a b", 'a"b', "a;drop", "名", "a\n", "x" * 64, "a.b", "a\0"],
)
def test_unusable_names(name: str) -> None:
    with pytest.raises(InputError, match="is not usable"):
        check_name(name, "the dataset name")
