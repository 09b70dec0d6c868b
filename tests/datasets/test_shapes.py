"""Shapes of headers and values."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings, strategies as st

from core.datasets.shapes import fold, is_name, kind, words, year
from core.dates.read import Reading, one


@pytest.mark.parametrize(
    "text, found",
    [
        ("birthDate", ("birth", "date")), ("BIRTH_DATE", ("birth", "date")), ("Prénom", ("prenom",)),
        ("MBTI类型", ("mbti", "类型")), ("ガ", ("ガ",)), ("имя", ("имя",)), ("#!", ()), ("a.k.a.", ("a", "k", "a")),
        ("हिन्दी नाम", ("हिन्दी", "नाम")), ("이름", ("이름",)),
    ],
)  # fmt: skip
def test_words(text: str, found: tuple[str, ...]) -> None:
    assert words(text) == found
    assert fold(text) == "".join(found)


@given(st.text())
def test_folding_twice_is_folding_once_for_plain_text(text: str) -> None:
    assert all(words(text))
    if text.isascii():
        assert fold(fold(text)) == fold(text)
        assert fold(text.upper()).isalnum() or fold(text.upper()) == ""


@pytest.mark.parametrize(
    "text, found",
    [
        ("1979", "year"), ("0979", "code"), ("0", "integer"), ("-5", "integer"), ("007", "code"),
        ("9" * 18, "integer"), ("9" * 19, "code"), ("1.5", "number"), ("1.0", "number"), ("00.5", "code"),
        ("1234567890.1234567", "code"), ("1e5", "number"), ("1,234", "text"), ("+49 30 1", "text"),
        ("true", "boolean"), ("No", "boolean"), ("是", "boolean"), ("https://a.org/x", "url"),
        ("a.org", "text"), ("https://nothing", "text"), ("a@b.org", "email"), ("a@b", "text"),
        ("1979-01-18", "date"), ("1979-13-18", "text"), ("18/01/1979", "date"), ("18.1.1979", "date"),
        ("18 Jan 1979", "date"), ("January 18, 1979", "date"), ("Jan 1979", "date"), ("1979-01", "date"),
        ("1979年1月18日", "date"), ("1979-01-18T10:00:00Z", "date"), ("-0427-05-21", "date"),
        ("19790118", "other_date"), ("18/1/79", "other_date"), ("18. Januar 1979", "other_date"),
        ("周杰伦", "text"), ("٣", "text"), ("²", "text"),
    ],
)  # fmt: skip
def test_kinds(text: str, found: str) -> None:
    assert kind(text) == found


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_every_text_has_a_kind(text: str) -> None:
    assert kind(text)


DAYS = st.dates(min_value=date(1000, 1, 1))
STYLES = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%B %d, %Y", "%b %Y", "%Y-%m"]


@given(DAYS, st.sampled_from(STYLES))
@settings(deadline=None)
def test_what_is_called_a_date_can_be_read_by_the_import(day: date, style: str) -> None:
    text = f"{day:{style}}"
    assert kind(text) == "date"
    assert year(text) == day.year
    (read,) = duckdb.execute(f"SELECT {one('?', Reading(order='dmy'))}", [text]).fetchone() or ()
    assert read is not None and read.startswith(f"{day:%Y-%m}")


@pytest.mark.parametrize("text", ["Ada Lovelace", "Ludwig van Beethoven", "周杰伦", "Jean-Paul Sartre", "봉준호",
                                  "J. R. R. Tolkien", "Пётр Чайковский", "奥黛丽·赫本"])  # fmt: skip
def test_names(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text", ["singer", "Paris", "the quick fox", "A1 B2", "https://a.org", "x; y", "", "—"]
)
def test_no_names(text: str) -> None:
    assert not is_name(text)
