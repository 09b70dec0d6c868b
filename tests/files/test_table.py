"""Names of columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.files.table import unique_names


@given(
    st.lists(st.sampled_from(["a", "A", "a_2", "A_3", "", "column_2", "b", "ß", "SS"]), max_size=12)
)
def test_no_two_names_are_one(header: list[str]) -> None:
    names, notes = unique_names(header)
    assert len({name.casefold() for name in names}) == len(header)
    changed = sum(bool(old.strip()) and old != new for old, new in zip(header, names, strict=True))
    assert changed <= len(notes)


def test_a_second_name_gets_the_next_free_number() -> None:
    assert unique_names(["a", "A", "a_2", "a", "a"])[0] == ("a", "A_3", "a_2", "a_4", "a_5")
    assert len(set(unique_names(["x"] * 3000)[0])) == 3000
