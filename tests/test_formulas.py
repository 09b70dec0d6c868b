"""Text that a spreadsheet program would run, and text that it would not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from core.formulas import neutral

ATTACKS = [
    "=cmd()", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1+1", "\r=1+1",
    "  =1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)",
    "-", "+49 30 1234", "-1+1", "\n=1",
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
    "'=x",
    " a ",
    "007",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_the_rest_stays(text: str) -> None:
    assert neutral(text) == text


@given(st.text(alphabet=st.sampled_from("=+-@ \t\r\n'1a.\u200b＝"), max_size=8) | st.text())
def test_neutral_is_safe_and_settled(text: str) -> None:
    done = neutral(text)
    assert done in (text, "'" + text)
    assert neutral(done) == done
    bare = done.strip()
    assert not bare or bare[0] not in "=@＝＋－＠"
    if bare[:1] in ("+", "-"):
        assert re.fullmatch(r"[+-][0-9][0-9.,eE+%-]*", bare)
    assert done[:1] not in ("\t", "\r")
