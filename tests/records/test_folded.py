"""Searching for what folds to a word finds what folding the texts finds, in every script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pytest
from hypothesis import example, given, settings, strategies as st

from core.characters import searched
from core.records import folded
from core.records.folded import Condition, holds, plain

# What folds in an uncommon way, what is put together from parts, and what means something in a pattern.
SIGNS = (
    "łŁøæÆœþđ’ʼ'‑–-\u00ad\u200b\u200c\u200d\ufb03㎏"
    "aAáÁàåÅ\u212bbBcCçÇeEéêёЁеЕiIıİíïkK\u212asSſßẞoOöøØuUüzŽ"  # Latin, the Turkish i, long s, Kelvin, Angstrom
    "\u0301\u0308\u0307\u0327\u0323\u0345\u20dd"  # marks
    "ΣσςΩ\u2126άΐйИяЯґҐ"  # Greek, Cyrillic
    "가각갂까ᄀ까ᅢᆨᆩ\uac01"  # Hangul, whole and in letters
    "周杰\uf900\u8c48倫ガカ\u3099ｶﾞＡａ①ﬁ"  # ideographs, kana, full width, ligatures
    "عائشةأاَّיִשׁकक़ाিেொ"  # Arabic, Hebrew, Indic
    "%_\\.*+?()[]{}|^$/-'\"#&~ \t\n\x0b\x85\u00a0\u200b\ufeff😀𝐀𝅗𝅥"
)
TEXTS = st.one_of(
    st.none(),
    st.text(st.sampled_from(SIGNS), max_size=12),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
)


@pytest.fixture(scope="module")
def cursor() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def found(
    cursor: duckdb.DuckDBPyConnection, condition: Condition, record: Sequence[str | None]
) -> bool:
    given_ = ", ".join(f"?::VARCHAR AS t{n}" for n in range(len(record)))
    sql = f"SELECT count(*) FROM (SELECT {given_}) WHERE ({condition.sql})"
    row = cursor.execute(sql, [*record, *condition.parameters]).fetchone()
    return bool(row and row[0])


def agree(
    cursor: duckdb.DuckDBPyConnection, record: Sequence[str | None], word: str
) -> tuple[bool, bool]:
    names = [f"t{n}" for n in range(len(record))]
    return found(cursor, holds(names, word), record), found(cursor, plain(names, word), record)


@settings(max_examples=80, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3), st.text(st.sampled_from(SIGNS), max_size=5))
@example(["\u1100\u1161\u11a8"], "각")
@example(["각"], "\u1100\u0301\u1161")
@example(["가\u0301\u11a8"], "각")
@example(["가\u11a8"], "가")
@example(["a", "b"], "a\nb")
@example([None], "\u0301")
@example(["\u0301"], "\u0301")
@example(["ſ"], "s")
@example(["İstanbul"], "istanbul")
@example(["ıstanbul"], "istanbul")
@example(["x" * 25], "x" * 26)
@example(["x" * 26], "x" * 26)
def test_the_same_as_folding_every_text(
    cursor: duckdb.DuckDBPyConnection, record: list[str | None], word: str
) -> None:
    quick, slow = agree(cursor, record, word)
    assert quick == slow


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_part_of_a_text_is_found_however_it_is_written(
    cursor: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    text = data.draw(st.text(st.sampled_from(SIGNS), min_size=1, max_size=12))
    begin = data.draw(st.integers(0, len(text) - 1))
    part = text[begin : begin + data.draw(st.integers(1, 12))]
    word = data.draw(st.sampled_from([part, part.upper(), part.lower(), part.casefold()]))
    quick, slow = agree(cursor, ["", text], word)
    assert quick == slow


def test_every_sign_of_unicode_is_found_by_its_fold(cursor: duckdb.DuckDBPyConnection) -> None:
    signs = cursor.execute(f"""
        SELECT sign, {searched.sql("sign")}, regexp_matches(sign, '^\\pM$') FROM (SELECT chr(p::INTEGER) AS sign
        FROM (SELECT unnest(range(1, 55296)) AS p UNION ALL SELECT unnest(range(57344, 1114112))))
        """).fetchall()
    known = folded._folds()
    assert all(fold == "" for _, fold, mark in signs if mark)
    assert known.to == {sign: fold for sign, fold, _ in signs if sign != fold}
    assert all(sign in known.back[fold] for sign, fold in known.to.items() if len(fold) == 1)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Łukasz Fabiański", "lukasz"),
        ("Lukasz", "łukasz"),
        ("Richard Strauß", "STRAUSS"),
        ("RICHARD STRAUSS", "strauß"),
        ("Strauß", "traus"),
        ("Æsop", "esop"),
        ("Conan O’Brian", "O'Brian"),
        ("Conan O'Brian", "oʼbrian"),
        ("Kim Tae‑hyung", "Tae-hyung"),
        ("Σωκράτης", "ΣΩΚΡΑΤΗΣ"),
        ("ΣΩΚΡΑΤΗΣ", "σωκρατης"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("Ｌｉｓａ", "lisa"),
        ("An\u00adne", "anne"),
        ("علی\u200cرضا", "علیرضا"),
        ("محـمد", "محمد"),
        ("⼈⺠", "人民"),
        ("Đỗ Mười", "do"),
    ],
)
def test_what_is_written_otherwise_is_found(
    cursor: duckdb.DuckDBPyConnection, text: str, word: str
) -> None:
    assert agree(cursor, ["", text], word) == (True, True)


def test_a_nul_hides_nothing(cursor: duckdb.DuckDBPyConnection) -> None:
    assert found(cursor, holds(["t0"], "kaya"), ["é\0Kaya"])
    quick, slow = agree(cursor, ["é\0Kaya"], "\0")
    assert quick == slow


def test_what_it_looks_for_is_short(cursor: duckdb.DuckDBPyConnection) -> None:
    # A statement that is too long is not kept for EXPLAIN, and a long pattern takes long to compile.
    for word in ("a" * 500, "ọ̈" * 300, "각" * 300, "." * 500):
        assert sum(map(len, holds(["t0"], word).parameters)) < 20_000
        quick, slow = agree(cursor, [f"x{word}y"], word)
        assert quick and slow
