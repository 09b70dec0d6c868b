"""Text that a spreadsheet program would run, and text that it would not."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import example, given, settings, strategies as st

from core.formulas import neutral, restored_sql
from tests.steps import restored

ATTACKS = [
    "=cmd()", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1+1", "\r=1+1",
    "  =1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)",
    "-", "+49 30 1234", "-1+1", "\n=1", "'=x", "'-5", "''\t",
]  # fmt: skip
HARMLESS = [
    "",
    "-5",
    "+3.2",
    "-1e5",
    "-1,234.50",
    "-12%",
    "a=b",
    "1-2",
    "周杰伦",
    "'Twas",
    " a ",
    "007",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_the_rest_stays(text: str) -> None:
    assert neutral(text) == text


TEXTS = st.text(alphabet=st.sampled_from("=+-@ \t\r\n'1a.\u200b＝"), max_size=8) | st.text()


@given(TEXTS)
def test_neutral_is_safe(text: str) -> None:
    done = neutral(text)
    assert done in (text, "'" + text)
    bare = done.strip()
    assert not bare or bare[0] not in "=@＝＋－＠"
    if bare[:1] in ("+", "-"):
        assert re.fullmatch(r"[+-][0-9][0-9.,eE+%-]*", bare)
    assert done[:1] not in ("\t", "\r")


@given(TEXTS)
@example("'=x")
@example("''-5")
def test_every_text_comes_back(text: str) -> None:
    assert restored(neutral(text)) == text
    # What was never made harmless is left alone, or was.
    assert restored(text) == text or neutral(restored(text)) == text


@settings(deadline=None)
@given(st.lists(TEXTS.filter(lambda t: "\0" not in t), min_size=1))
def test_the_database_takes_off_the_same(texts: list[str]) -> None:
    with duckdb.connect() as connection:
        made = [t for text in texts for t in (text, neutral(text))]
        found = connection.execute(
            f"SELECT {restored_sql('x')} FROM (SELECT unnest(?) AS x)", [made]
        )
        assert [row[0] for row in found.fetchall()] == [restored(text) for text in made]
