"""The short cuts of cleaning give what the long way gives, for every character of Unicode."""

from __future__ import annotations

import duckdb
import pytest

from core.ingest import recipe, types

SURROUNDINGS = [("a", "b"), ("é ", ""), ("\u1100", "  я")]


def every_text(before: str, after: str) -> str:
    code = "CASE WHEN i BETWEEN 55296 AND 57343 THEN 63 ELSE i END"  # half characters are no text
    return (
        f"(SELECT '{before}' || chr(({code})::INT) || '{after}' AS x FROM range(1, 1114112) t(i))"
    )


@pytest.mark.parametrize(("before", "after"), SURROUNDINGS)
@pytest.mark.parametrize("multiline", [False, True])
def test_tidy(before: str, after: str, multiline: bool) -> None:
    blanks = recipe.INLINE if multiline else recipe.BLANKS
    slow = f"regexp_replace(nfc_normalize(x), '{blanks}+', ' ', 'g')"
    if multiline:
        slow = f"regexp_replace({slow}, '^{recipe.BLANKS}+|{recipe.BLANKS}+$', '', 'g')"
    fast = recipe._tidy("x", multiline)
    assert different(fast, f"trim({slow})", every_text(before, after)) == []


@pytest.mark.parametrize(("before", "after"), SURROUNDINGS)
def test_fold(before: str, after: str) -> None:
    plain = r"regexp_full_match(x, '[\p{Latin}\p{Greek}\p{Common}\p{Inherited}]*')"
    lowered = f"CASE WHEN {plain} THEN strip_accents(lower(x)) ELSE lower(x) END"
    slow = rf"trim(regexp_replace({lowered}, '[\p{{P}}\p{{Z}}\p{{S}}\p{{Cc}}]+', ' ', 'g'))"
    slow = f"coalesce(nullif({slow}, ''), lower(x))"
    assert different(types.fold("x"), slow, every_text(before, after)) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a"], ["a"]),
        (["", "b"], ["b"]),
        (["a", ""], ["a"]),
        (["", ""], None),
        (["a", "b", "a"], ["a", "b"]),
        ([""], None),
        ([], None),
        (None, None),
    ],
)
def test_distinct(given: list[str] | None, kept: list[str] | None) -> None:
    with duckdb.connect() as connection:
        sql = f"SELECT {types.distinct('v')} FROM (SELECT ?::VARCHAR[] AS v)"
        assert connection.execute(sql, [given]).fetchone() == (kept,)


def different(fast: str, slow: str, texts: str) -> list[tuple[str, str, str]]:
    sql = f"SELECT x, {fast}, {slow} FROM {texts} WHERE ({fast}) IS DISTINCT FROM ({slow}) LIMIT 5"
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()
