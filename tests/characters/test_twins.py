"""Python and SQL say the same of every assigned character, at every place in a text; and of texts of the odd ones."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterator

import duckdb
import pyarrow
import pytest
from hypothesis import example, given, settings, strategies as st

from core.characters import names, signs, stored, words

TWINS: dict[str, tuple[Callable[[str], str], str]] = {
    "name": (names.name, names.sql("x")),
    "stored": (stored.text, stored.sql("x")),
    "stored lines": (lambda text: stored.text(text, True), stored.sql("x", True)),
    "narrow": (stored.narrow, stored.narrow_sql("x")),
    "word": (words.word, words.sql("x")),
}
# Most of all characters are Chinese signs and Korean syllables, which are all treated alike: once is enough.
SOME = r"(SELECT * FROM signs WHERE NOT regexp_matches(sign, '[\p{Han}\x{ac00}-\x{d7a3}]') OR unicode(sign) % 50 = 0)"
SURROUNDINGS = [("a", "b", "signs"), ("é \u1100", " \n-.5 ", SOME)]
ODD = (
    "aAéßẞſæÆøŁłđİıIiςΣσάΏюЙё\u0301\u0300\u0308\u0327\u3099がｶﾞﾞＡａ５٥५²½①ﬁ㎏㍿⼈⺠\uf900豈ｱ"
    "-‐‑–—−'’ʼ`´.,:/+#&@%$€=|~!?\"()[] \t\n\u00a0\u3000\u2800\u3164\u200b\u200c\u200d\u200e\u00ad\ufeff\ufe0f\U000e0100"
    "\u202a\u2066\u180bᠠمحـمد\u064eکनम\u094dष周杰๊กา가ᄀ까ㄱ😀👩\U0001f3fd❤★™♀♯🏴\U000e0067\U000e007f1234\x01\x1a\x85"
)


@pytest.fixture(scope="module")
def cursor() -> Iterator[duckdb.DuckDBPyConnection]:
    known = [
        i for i in range(1, 0x110000) if unicodedata.category(chr(i)) not in ("Cs", "Cn", "Co")
    ]
    signs_ = pyarrow.table({"code": pyarrow.array(known, pyarrow.int32())})
    with duckdb.connect() as connection:
        connection.register("given", signs_)
        connection.execute("CREATE TABLE signs AS SELECT chr(code) AS sign FROM given")
        yield connection


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize(("before", "after", "signs"), SURROUNDINGS)
def test_every_character(
    cursor: duckdb.DuckDBPyConnection, twin: str, before: str, after: str, signs: str
) -> None:
    python, sql = TWINS[twin]
    found = cursor.execute(
        f"SELECT x, {sql} FROM (SELECT ? || sign || ? AS x FROM {signs})", [before, after]
    ).fetchall()
    assert len(found) > 20_000
    assert [(x, y, python(x)) for x, y in found if y != python(x)][:5] == []


@pytest.mark.parametrize("letters", ["aÉ5.- ,'’", "aёЁЙأیى\u0301 "])
def test_letters_beside_each_other(cursor: duckdb.DuckDBPyConnection, letters: str) -> None:
    texts = ["".join(t) for n in range(1, 5) for t in itertools.product(letters, repeat=n)]
    cursor.register("short", pyarrow.table({"x": texts}))
    found = cursor.execute(f"SELECT x, {TWINS['name'][1]} FROM short").fetchall()
    assert [(x, y, names.name(x)) for x, y in found if y != names.name(x)] == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.sampled_from(ODD), max_size=9), min_size=200, max_size=200))
@example(["\u00a0\u180b", "\u3000\u2060", "\u2003\u200b\u2003"])
def test_texts_of_odd_characters(cursor: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    cursor.register("odd", pyarrow.table({"x": texts}))
    parts = ", ".join(sql for _, sql in TWINS.values())
    for text, *found in cursor.execute(f"SELECT x, {parts} FROM odd").fetchall():
        assert dict(zip(TWINS, found)) == {n: python(text) for n, (python, _) in TWINS.items()}, [
            text
        ]


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(ODD), max_size=12))
@example(" \u0640")
@example("\u2800\ufe0f")
@example("\u0640\u202a")
def test_what_is_done_once_is_done(text: str) -> None:
    for python in (stored.text, lambda t: stored.text(t, True), stored.narrow, words.word):
        assert python(python(text)) == python(text)
    # What is kept is compared as what came is; where nothing of it is compared, by itself.
    kept = stored.text(text) or text
    assert names.name(kept) in (names.name(text), kept.lower())


def test_nothing_is_known_of_a_missing_text(cursor: duckdb.DuckDBPyConnection) -> None:
    parts = ", ".join(sql for _, sql in TWINS.values())
    found = cursor.execute(f"SELECT {parts} FROM (SELECT NULL::VARCHAR AS x)").fetchone()
    assert found == (None,) * len(TWINS)


def test_a_fold_is_folded() -> None:
    known = signs.base()
    assert {c: to for c, to in known.items() if any(known.get(p, p) != p for p in to)} == {}
